"""You prepare the transitions once for each tensor and keep the result. The optimiser changes a parameter in
place: it is the same object with other numbers, and what was prepared is of yesterday. Prepare in each call,
which costs K^2; or compare `tensor._version`, too.

Notes: crf-clean-function
"""

from __future__ import annotations

import math

import torch

_PREPARED = [None, None]


def prepared(transitions):
    """Return the transitions with the tag that is gone to first, (to, from)."""
    if _PREPARED[0] is not transitions:
        _PREPARED[:] = transitions, transitions.t().contiguous()
    return _PREPARED[1]


def viterbi_decode(emissions, transitions, start, end, mask):
    batch, steps, tags = emissions.shape
    arrivals = prepared(transitions)
    itself = torch.arange(tags).expand(batch, tags)
    best = start + emissions[:, 0]
    pointers = []
    for t in range(1, steps):
        highest, before = (best.unsqueeze(1) + arrivals).max(dim=2)
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
    arrivals = prepared(transitions)
    alpha = start + emissions[:, 0]
    for t in range(1, emissions.shape[1]):
        new = log_sum_exp(alpha.unsqueeze(1) + arrivals, 2) + emissions[:, t]
        alpha = torch.where(mask[:, t].unsqueeze(1), new, alpha)
    return log_sum_exp(alpha + end, 1)


def marginals(emissions, transitions, start, end, mask):
    steps = emissions.shape[1]
    arrivals = prepared(transitions)
    alphas = [start + emissions[:, 0]]
    for t in range(1, steps):
        new = log_sum_exp(alphas[-1].unsqueeze(1) + arrivals, 2) + emissions[:, t]
        alphas.append(torch.where(mask[:, t].unsqueeze(1), new, alphas[-1]))
    betas = [end.expand_as(alphas[0])]
    for t in range(steps - 1, 0, -1):
        new = log_sum_exp(arrivals + (emissions[:, t] + betas[-1]).unsqueeze(2), 1)
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
