"""Your gradients are right for a plain sum of the results and wrong for any other loss: a backward written by
hand looks to leave out the gradient that comes in. Multiply each sequence's counts by its own before summing.

Notes: crf-gradient-expected-counts
"""

from __future__ import annotations

import torch

INF = float("inf")


def lse(x, dim):
    m = x.amax(dim, keepdim=True)
    m = m.masked_fill(m == -INF, 0)
    return (x - m).exp().sum(dim).log() + m.squeeze(dim)


def sweep(e, tr, st, en, mask):
    B, T, K = e.shape
    A = [st + e[:, 0]]
    for t in range(1, T):
        A.append(torch.where(mask[:, t, None], lse(A[-1][:, :, None] + tr, 1) + e[:, t], A[-1]))
    Bt = [en.expand(B, K)]
    for t in range(T - 1, 0, -1):
        Bt.append(torch.where(mask[:, t, None], lse(tr + (e[:, t] + Bt[-1])[:, None], 2), Bt[-1]))
    return torch.stack(A, 1), torch.stack(Bt[::-1], 1), lse(A[-1] + en, 1)


class LogZ(torch.autograd.Function):
    @staticmethod
    def forward(ctx, e, tr, st, en, mask):
        e = e.masked_fill(~mask[..., None], 0)
        a, b, z = sweep(e, tr, st, en, mask)
        ctx.save_for_backward(e, tr, mask, a, b)
        return z

    @staticmethod
    def backward(ctx, g):
        e, tr, mask, a, b = ctx.saved_tensors
        unary = (a + b).softmax(-1).masked_fill(~mask[..., None], 0)
        last = mask.sum(1) - 1
        gt = torch.zeros_like(tr)
        if e.shape[1] > 1:
            pair = a[:, :-1, :, None] + tr + (e + b)[:, 1:, None, :]
            pair = pair.flatten(2).softmax(-1).view_as(pair)
            gt = pair.masked_fill(~mask[:, 1:, None, None], 0).sum((0, 1))
        ge = unary * g[:, None, None]
        gs = unary[:, 0].sum(0)
        gn = unary[torch.arange(len(last)), last].sum(0)
        return ge, gt, gs, gn, None


def log_partition(emissions, transitions, start, end, mask):
    return LogZ.apply(emissions, transitions, start, end, mask)


@torch.no_grad()
def marginals(emissions, transitions, start, end, mask):
    a, b, _ = sweep(emissions.masked_fill(~mask[..., None], 0), transitions, start, end, mask)
    return (a + b).softmax(-1).masked_fill(~mask[..., None], 0)


@torch.no_grad()
def viterbi_decode(emissions, transitions, start, end, mask):
    e = emissions.masked_fill(~mask[..., None], 0)
    d, bp, ident = start + e[:, 0], [], torch.arange(e.shape[2])
    for t in range(1, e.shape[1]):
        v, i = (d[:, :, None] + transitions).max(1)
        d = torch.where(mask[:, t, None], v + e[:, t], d)
        bp.append(torch.where(mask[:, t, None], i, ident))
    s, y = (d + end).max(1)
    ys = [y]
    for i in reversed(bp):
        ys.append(i.gather(1, ys[-1][:, None])[:, 0])
    return torch.stack(ys[::-1], 1).masked_fill(~mask, -1), s
