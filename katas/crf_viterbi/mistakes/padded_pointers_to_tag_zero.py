"""Backpointers of padded steps are 0, so a short sequence's path is led to tag 0 before it reaches its own
last step. Let padded steps point to their own tag, or begin backtracking at the sequence's own end.

Notes: viterbi-padded-backtracking
"""

from __future__ import annotations

import torch


def viterbi_decode(emissions, transitions, start, end, mask):
    x = emissions.transpose(0, 1)
    on = mask.transpose(0, 1)
    alive, history = start + x[0], []
    for step, live in zip(x[1:], on[1:], strict=True):
        best, where = (alive.unsqueeze(-1) + transitions).max(-2)
        alive = torch.where(live.unsqueeze(-1), best + step, alive)
        history.append(where * live.unsqueeze(-1))
    score, tag = (alive + end).max(-1)
    trail = [tag]
    for where in history[::-1]:
        tag = torch.take_along_dim(where, tag.unsqueeze(-1), -1).squeeze(-1)
        trail.append(tag)
    return torch.stack(trail[::-1], 1).where(mask, torch.tensor(-1)), score


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
