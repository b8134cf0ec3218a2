"""Two more tags, for the beginning and for the end, as many taggers have; -inf is a low number inside."""

from __future__ import annotations

import torch

LOW = -1e30  # no score comes near, and the sum of many still fits into float32


def augment(emissions, transitions, start, end, mask):
    batch, steps, tags = emissions.shape
    table = emissions.new_full((tags + 2, tags + 2), LOW)
    table[:tags, :tags] = transitions.clamp(min=LOW)
    table[tags, :tags] = start.clamp(min=LOW)
    table[:tags, tags + 1] = end.clamp(min=LOW)
    table[tags + 1, tags + 1] = 0.0  # the end stays the end
    scores = emissions.new_full((batch, steps + 1, tags + 2), LOW)
    scores[:, :steps, :tags] = emissions.masked_fill(~mask.unsqueeze(2), LOW)
    over = torch.cat([~mask, torch.ones_like(mask[:, :1])], 1)
    scores[..., tags + 1] = torch.where(over, 0.0, LOW)
    first = emissions.new_full((batch, tags + 2), LOW)
    first[:, tags] = 0.0
    return scores, table, first


def log_partition(emissions, transitions, start, end, mask):
    scores, table, alpha = augment(emissions, transitions, start, end, mask)
    for t in range(scores.shape[1]):
        alpha = torch.logsumexp(alpha.unsqueeze(2) + table, 1) + scores[:, t]
    return alpha[:, -1]


def marginals(emissions, transitions, start, end, mask):
    scores, table, alpha = augment(emissions, transitions, start, end, mask)
    tags = emissions.shape[2]
    alphas = []
    for t in range(scores.shape[1]):
        alpha = torch.logsumexp(alpha.unsqueeze(2) + table, 1) + scores[:, t]
        alphas.append(alpha)
    beta = torch.full_like(alpha, LOW)
    beta[:, -1] = 0.0
    result = torch.empty_like(emissions)
    for t in reversed(range(emissions.shape[1])):
        beta = torch.logsumexp(table + (scores[:, t + 1] + beta).unsqueeze(1), 2)
        result[:, t] = torch.softmax(alphas[t] + beta, 1)[:, :tags]
    return result.masked_fill(~mask.unsqueeze(2), 0)


def viterbi_decode(emissions, transitions, start, end, mask):
    scores, table, best = augment(emissions, transitions, start, end, mask)
    pointers = []
    for t in range(scores.shape[1]):
        value, before = (best.unsqueeze(2) + table).max(1)
        best = value + scores[:, t]
        pointers.append(before)
    tag = torch.full_like(mask[:, 0], emissions.shape[2] + 1, dtype=torch.int64)
    path = []
    for before in pointers[:0:-1]:
        tag = before.gather(1, tag.unsqueeze(1)).squeeze(1)
        path.append(tag)
    return torch.stack(path[::-1], 1).masked_fill(~mask, -1), best[:, -1]
