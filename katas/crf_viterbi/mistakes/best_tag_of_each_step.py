"""Each step takes the tag with the best emission. The best path is judged as a whole: a tag that is worse by
itself may be what its neighbours need. Keep the best score to each tag, and backpointers.

Notes: viterbi-versus-greedy
"""

from __future__ import annotations

import math

import torch


def viterbi_decode(emissions, transitions, start, end, mask):
    tag = emissions.argmax(2)
    scores = score_of(tag, emissions, transitions, start, end, mask)
    return tag.masked_fill(~mask, -1), scores


def score_of(tag, emissions, transitions, start, end, mask):
    rows = torch.arange(tag.shape[0])
    scores = start[tag[:, 0]] + emissions[:, 0].gather(1, tag[:, :1]).squeeze(1)
    for t in range(1, tag.shape[1]):
        step = transitions[tag[:, t - 1], tag[:, t]] + emissions[rows, t, tag[:, t]]
        scores = torch.where(mask[:, t], scores + step, scores)
    return scores + end[tag[rows, mask.sum(1) - 1]]


def log_partition(emissions, transitions, start, end, mask):
    alpha = start + emissions[:, 0]
    for t in range(1, emissions.shape[1]):
        new = log_sum_exp(alpha.unsqueeze(2) + transitions, 1) + emissions[:, t]
        alpha = torch.where(mask[:, t].unsqueeze(1), new, alpha)
    return log_sum_exp(alpha + end, 1)


def marginals(emissions, transitions, start, end, mask):
    steps = emissions.shape[1]
    alphas = [start + emissions[:, 0]]
    for t in range(1, steps):
        new = log_sum_exp(alphas[-1].unsqueeze(2) + transitions, 1) + emissions[:, t]
        alphas.append(torch.where(mask[:, t].unsqueeze(1), new, alphas[-1]))
    betas = [end.expand_as(alphas[0])]
    for t in range(steps - 1, 0, -1):
        new = log_sum_exp(transitions + (emissions[:, t] + betas[-1]).unsqueeze(1), 2)
        betas.append(torch.where(mask[:, t].unsqueeze(1), new, betas[-1]))
    log_z = log_sum_exp(alphas[-1] + end, 1)
    joint = torch.stack(alphas, 1) + torch.stack(betas[::-1], 1)
    result = torch.exp(joint - log_z[:, None, None])
    return result.masked_fill(~mask.unsqueeze(2), 0.0)


def log_sum_exp(scores, dim):
    peak = scores.detach().amax(dim, keepdim=True)
    peak = peak.masked_fill(peak == -math.inf, 0.0)
    total = torch.exp(scores - peak).sum(dim)
    dead = total == 0
    return (total.masked_fill(dead, 1.0).log() + peak.squeeze(dim)).masked_fill(dead, -math.inf)
