"""Marginals as the gradient of the log-partition, in a graph of their own; a guarded torch.logsumexp."""

from __future__ import annotations

import torch


def viterbi_decode(emissions, transitions, start, end, mask):
    emissions = emissions.transpose(0, 1)  # time first
    keep = mask.t()
    score = start[None] + emissions[0]
    stay = torch.arange(len(start)).expand_as(score)
    back = []
    for emission, on in zip(emissions[1:], keep[1:], strict=True):
        table = score[:, :, None] + transitions[None] + emission[:, None, :]
        value, index = table.max(1)
        score = torch.where(on[:, None], value, score)
        back.append(torch.where(on[:, None], index, stay))
    best, tag = torch.max(score + end, dim=-1)
    rows = torch.arange(len(tag))
    path = [tag]
    while back:
        tag = back.pop()[rows, tag]
        path.insert(0, tag)
    return torch.where(mask, torch.stack(path, -1), -1), best


def log_partition(emissions, transitions, start, end, mask):
    alpha = start[None] + emissions[:, 0]
    for t in range(1, emissions.size(1)):
        table = alpha[:, :, None] + transitions[None] + emissions[:, t, None, :]
        alpha = torch.where(mask[:, t, None], guarded(table, 1), alpha)
    return guarded(alpha + end, -1)


def marginals(emissions, transitions, start, end, mask):
    with torch.enable_grad():
        leaf = emissions.detach().clone().requires_grad_()
        total = log_partition(leaf, transitions.detach(), start.detach(), end.detach(), mask).sum()
        (found,) = torch.autograd.grad(total, leaf)
    return found


def guarded(x, dim):
    dead = x.isneginf().all(dim, keepdim=True)
    return torch.logsumexp(x.masked_fill(dead, 0.0), dim).masked_fill(dead.squeeze(dim), -torch.inf)
