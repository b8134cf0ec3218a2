"""Computes in float64 whatever comes in; paths are followed with Python lists."""

from __future__ import annotations

import math

import torch


def viterbi_decode(emissions, transitions, start, end, mask):
    kind = emissions.dtype
    emissions, transitions, start, end = (x.double() for x in (emissions, transitions, start, end))
    lengths = mask.sum(1).tolist()
    scores = emissions[:, 0] + start
    table = [scores]
    history = []
    for t in range(1, emissions.shape[1]):
        best, arg = torch.max(scores[:, None, :] + transitions.T[None], dim=2)
        scores = best + emissions[:, t]
        table.append(scores)
        history.append(arg.tolist())
    paths, values = [], []
    for b, n in enumerate(lengths):
        value, tag = (table[n - 1][b] + end).max(0)
        tag = tag.item()
        path = [tag]
        for t in range(n - 2, -1, -1):
            tag = history[t][b][tag]
            path.append(tag)
        paths.append(path[::-1] + [-1] * (len(table) - n))
        values.append(value)
    return torch.tensor(paths), torch.stack(values).to(kind)


def log_partition(emissions, transitions, start, end, mask):
    kind = emissions.dtype
    emissions, transitions, start, end = (x.double() for x in (emissions, transitions, start, end))
    alpha = emissions[:, 0] + start
    for t in range(1, emissions.shape[1]):
        alpha = torch.where(mask[:, t : t + 1], step(alpha, transitions) + emissions[:, t], alpha)
    return step(alpha, end[:, None])[:, 0].to(kind)


def step(alpha, table):
    x = alpha[:, :, None] + table
    live = ~(x == -math.inf).all(1)
    return torch.where(live, torch.where(live[:, None], x, 0.0).logsumexp(1), -math.inf)


def marginals(emissions, transitions, start, end, mask):
    kind = emissions.dtype
    emissions, transitions, start, end = (x.double() for x in (emissions, transitions, start, end))
    batch, steps, tags = emissions.shape
    alpha = torch.zeros(batch, steps, tags, dtype=torch.float64)
    beta = torch.zeros(batch, steps, tags, dtype=torch.float64)
    alpha[:, 0] = emissions[:, 0] + start
    for t in range(1, steps):
        alpha[:, t] = step(alpha[:, t - 1].clone(), transitions) + emissions[:, t]
    beta[:, -1] = end
    for t in range(steps - 2, -1, -1):
        ahead = step(beta[:, t + 1] + emissions[:, t + 1], transitions.T)
        beta[:, t] = torch.where(mask[:, t + 1 : t + 2], ahead, end)
    joint = alpha + beta
    p = (joint - joint.amax(2, keepdim=True)).exp()
    p = p / p.sum(2, keepdim=True)
    p[~mask] = 0
    return p.to(kind)
