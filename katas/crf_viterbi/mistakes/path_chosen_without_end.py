"""The last tag is chosen before `end` is added; the score is that of your path, so the two agree, but another
path is better. Add end first, then take maximum and argmax of the same sum.

Notes: crf-boundary-scores, viterbi-backpointers
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
    highest, tag = best.max(dim=1)
    scores = highest + end[tag]
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
