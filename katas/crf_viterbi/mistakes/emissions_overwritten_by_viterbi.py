"""In viterbi_decode the first step is a view of the emissions, and `+=` writes into the caller's tensor: the
next call sees other scores. `start + emissions[:, 0]` makes a new tensor.

Notes: crf-clean-function
"""

from __future__ import annotations

import torch


def _lse(x, dim):
    m = x.detach().amax(dim, keepdim=True)
    m = torch.where(torch.isinf(m), torch.zeros_like(m), m)
    s = (x - m).exp().sum(dim)
    dead = s == 0
    out = torch.where(dead, torch.ones_like(s), s).log() + m.squeeze(dim)
    return torch.where(dead, torch.full_like(out, float("-inf")), out)


def log_partition(emissions, transitions, start, end, mask):
    e = emissions.masked_fill(~mask.unsqueeze(-1), 0)
    a = start + e[:, 0]
    for t in range(1, e.shape[1]):
        new = _lse(a.unsqueeze(2) + transitions, 1) + e[:, t]
        a = torch.where(mask[:, t, None], new, a)
    return _lse(a + end, 1)


def marginals(emissions, transitions, start, end, mask):
    with torch.no_grad():
        B, T, K = emissions.shape
        e = emissions.masked_fill(~mask.unsqueeze(-1), 0)
        a = start + e[:, 0]
        al = [a]
        for t in range(1, T):
            a = a - a.amax(1, keepdim=True)
            a = torch.where(mask[:, t, None], torch.logsumexp(a.unsqueeze(2) + transitions, 1) + e[:, t], a)
            al.append(a)
        b = end.expand(B, K)
        be = [b]
        for t in range(T - 2, -1, -1):
            new = torch.logsumexp(transitions + (e[:, t + 1] + b).unsqueeze(1), 2)
            new = new - new.amax(1, keepdim=True)
            b = torch.where(mask[:, t + 1, None], new, b)
            be.append(b)
        p = torch.softmax(torch.stack(al, 1) + torch.stack(be[::-1], 1), -1)
        return p.masked_fill(~mask.unsqueeze(-1), 0)


def viterbi_decode(emissions, transitions, start, end, mask):
    lengths = mask.sum(1)
    B, T, K = emissions.shape
    with torch.no_grad():
        delta = emissions[:, 0]
        delta += start
        pointers = torch.zeros(T, B, K, dtype=torch.long)
        for t in range(1, T):
            cand = delta[:, :, None] + transitions
            best = cand.max(dim=1)
            pointers[t] = best.indices
            delta = torch.where((t < lengths)[:, None], best.values + emissions[:, t], delta)
        scores, cur = (delta + end).max(1)
        paths = torch.full((B, T), -1, dtype=torch.long)
        rows = torch.arange(B)
        for t in range(T - 1, -1, -1):
            inside = t < lengths
            paths[inside, t] = cur[inside]
            if t:
                cur = torch.where(inside, pointers[t, rows, cur], cur)
    return paths, scores
