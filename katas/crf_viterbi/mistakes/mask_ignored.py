"""The mask is not used at all: padded steps count as words, and every sequence ends at the last column.
Padded steps must change nothing.

Notes: crf-padding-carried
"""

from __future__ import annotations

import math

import torch


def viterbi_decode(emissions, transitions, start, end, mask):
    steps = emissions.shape[1]
    best = start + emissions[:, 0]
    pointers = []
    for t in range(1, steps):
        highest, before = (best.unsqueeze(2) + transitions).max(dim=1)
        best = highest + emissions[:, t]
        pointers.append(before)
    scores, tag = (best + end).max(dim=1)
    path = [tag]
    for before in reversed(pointers):
        tag = before.gather(1, tag.unsqueeze(1)).squeeze(1)
        path.append(tag)
    paths = torch.stack(path[::-1], dim=1)
    return paths, scores


def log_partition(emissions, transitions, start, end, mask):
    alpha = start + emissions[:, 0]
    for t in range(1, emissions.shape[1]):
        alpha = log_sum_exp(alpha.unsqueeze(2) + transitions, 1) + emissions[:, t]
    return log_sum_exp(alpha + end, 1)


def marginals(emissions, transitions, start, end, mask):
    steps = emissions.shape[1]
    alphas = [start + emissions[:, 0]]
    for t in range(1, steps):
        new = log_sum_exp(alphas[-1].unsqueeze(2) + transitions, 1) + emissions[:, t]
        alphas.append(new)
    betas = [end.expand_as(alphas[0])]
    for t in range(steps - 1, 0, -1):
        new = log_sum_exp(transitions + (emissions[:, t] + betas[-1]).unsqueeze(1), 2)
        betas.append(new)
    log_z = log_sum_exp(alphas[-1] + end, 1)
    joint = torch.stack(alphas, 1) + torch.stack(betas[::-1], 1)
    return torch.exp(joint - log_z[:, None, None])


def log_sum_exp(scores, dim):
    peak = scores.detach().amax(dim, keepdim=True)
    peak = peak.masked_fill(peak == -math.inf, 0.0)
    total = torch.exp(scores - peak).sum(dim)
    dead = total == 0
    return (total.masked_fill(dead, 1.0).log() + peak.squeeze(dim)).masked_fill(dead, -math.inf)
