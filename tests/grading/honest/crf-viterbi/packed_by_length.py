"""Sequences sorted by length: each step works on those that are still there, and on no padding."""

from __future__ import annotations

import torch


def sort(mask):
    lengths, order = mask.sum(1).sort(descending=True)
    alive = [int((lengths > t).sum()) for t in range(int(lengths[0]))]
    return order, order.argsort(), alive


def add_up(x, dim):
    m, _ = x.detach().max(dim, keepdim=True)
    m = m.clamp(min=torch.finfo(x.dtype).min)
    s = (x - m).exp().sum(dim, keepdim=True)
    log = torch.where(s > 0, s, torch.ones_like(s)).log() + m
    return torch.where(s > 0, log, torch.full_like(s, -torch.inf)).squeeze(dim)


def alphas_of(emissions, transitions, start, alive):
    alpha = start + emissions[:, 0]
    steps = [alpha]
    for t, n in enumerate(alive[1:], 1):
        new = add_up(alpha[:n, :, None] + transitions, 1) + emissions[:n, t]
        alpha = torch.cat([new, alpha[n:]])
        steps.append(alpha)
    return steps


def log_partition(emissions, transitions, start, end, mask):
    order, back, alive = sort(mask)
    return add_up(alphas_of(emissions[order], transitions, start, alive)[-1] + end, 1)[back]


def marginals(emissions, transitions, start, end, mask):
    order, back, alive = sort(mask)
    e = emissions[order]
    alphas = alphas_of(e, transitions, start, alive)
    result = torch.zeros_like(e)
    beta = end.repeat(len(e), 1)
    for t in range(len(alive) - 1, -1, -1):
        n = alive[t]
        if t + 1 < len(alive):
            later = alive[t + 1]
            beta[:later] = add_up(transitions + (e[:later, t + 1] + beta[:later])[:, None], 2)
        z = add_up(alphas[t][:n] + beta[:n], 1)
        result[:n, t] = (alphas[t][:n] + beta[:n] - z[:, None]).exp()
    return result[back]


def viterbi_decode(emissions, transitions, start, end, mask):
    order, back, alive = sort(mask)
    e = emissions[order]
    score = start + e[:, 0]
    pointers = [None]
    for t, n in enumerate(alive[1:], 1):
        best, where = torch.max(score[:n, :, None] + transitions, dim=1)
        score[:n] = best + e[:n, t]
        pointers.append(where)
    value, tag = (score + end).max(1)
    paths = torch.full(mask.shape, -1)
    for t in range(len(alive) - 1, -1, -1):
        n = alive[t]
        paths[:n, t] = tag[:n]
        if t:
            tag[:n] = pointers[t][torch.arange(n), tag[:n]]
    return paths[back], value[back]
