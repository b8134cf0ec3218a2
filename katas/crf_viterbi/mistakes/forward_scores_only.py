"""The marginals use the forward scores alone: the softmax of alpha knows the steps up to its own and not
those after it. What comes after is the backward score: add it before the softmax.

Notes: crf-marginals-formula
"""

from __future__ import annotations

import math

import torch


def viterbi_decode(emissions, transitions, start, end, mask):
    batch, steps, tags = emissions.shape
    itself = torch.arange(tags).expand(batch, tags)
    best = start + emissions[:, 0]
    pointers = []
    for t in range(1, steps):
        highest, before = (best.unsqueeze(2) + transitions).max(dim=1)
        real = mask[:, t].unsqueeze(1)
        best = torch.where(real, highest + emissions[:, t], best)
        pointers.append(torch.where(real, before, itself))
    scores, tag = (best + end).max(dim=1)
    path = [tag]
    for before in reversed(pointers):
        tag = before.gather(1, tag.unsqueeze(1)).squeeze(1)
        path.append(tag)
    paths = torch.stack(path[::-1], dim=1)
    return paths.masked_fill(~mask, -1), scores


def log_partition(emissions, transitions, start, end, mask):
    alpha = start + emissions[:, 0]
    for t in range(1, emissions.shape[1]):
        new = log_sum_exp(alpha.unsqueeze(2) + transitions, 1) + emissions[:, t]
        alpha = torch.where(mask[:, t].unsqueeze(1), new, alpha)
    return log_sum_exp(alpha + end, 1)


def marginals(emissions, transitions, start, end, mask):
    alpha = start + emissions[:, 0]
    result = [alpha.softmax(1)]
    for t in range(1, emissions.shape[1]):
        alpha = log_sum_exp(alpha.unsqueeze(2) + transitions, 1) + emissions[:, t]
        result.append(alpha.softmax(1))
    return torch.stack(result, 1).masked_fill(~mask.unsqueeze(2), 0.0)


def log_sum_exp(scores, dim):
    peak = scores.detach().amax(dim, keepdim=True)
    peak = peak.masked_fill(peak == -math.inf, 0.0)
    total = torch.exp(scores - peak).sum(dim)
    dead = total == 0
    return (total.masked_fill(dead, 1.0).log() + peak.squeeze(dim)).masked_fill(dead, -math.inf)
