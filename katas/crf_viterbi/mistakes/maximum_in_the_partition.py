"""log Z is the score of the best path: the recursion takes a maximum where it should take log-sum-exp. All
paths contribute to the partition function, not the best alone.

Notes: viterbi-and-forward-swap
"""

from __future__ import annotations

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
        new = (alpha.unsqueeze(2) + transitions).amax(1) + emissions[:, t]
        alpha = torch.where(mask[:, t].unsqueeze(1), new, alpha)
    return (alpha + end).amax(1)


def marginals(emissions, transitions, start, end, mask):
    steps = emissions.shape[1]
    alphas = [start + emissions[:, 0]]
    for t in range(1, steps):
        new = (alphas[-1].unsqueeze(2) + transitions).amax(1) + emissions[:, t]
        alphas.append(torch.where(mask[:, t].unsqueeze(1), new, alphas[-1]))
    betas = [end.expand_as(alphas[0])]
    for t in range(steps - 1, 0, -1):
        new = (transitions + (emissions[:, t] + betas[-1]).unsqueeze(1)).amax(2)
        betas.append(torch.where(mask[:, t].unsqueeze(1), new, betas[-1]))
    joint = torch.stack(alphas, 1) + torch.stack(betas[::-1], 1)
    return joint.softmax(2).masked_fill(~mask.unsqueeze(2), 0.0)
