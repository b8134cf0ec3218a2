"""It fails as soon as the scores require a gradient, as they do in training: then a clone is no leaf and its
`.grad` stays None. Detach before asking for gradients, and take them from `torch.autograd.grad`.

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


def viterbi_decode(emissions, transitions, start, end, mask):
    with torch.no_grad():
        B, T, K = emissions.shape
        e = emissions.masked_fill(~mask.unsqueeze(-1), 0)
        v = start + e[:, 0]
        own = torch.arange(K, device=e.device).expand(B, K)
        back = []
        for t in range(1, T):
            best, arg = (v.unsqueeze(2) + transitions).max(1)
            live = mask[:, t, None]
            v = torch.where(live, best + e[:, t], v)
            back.append(torch.where(live, arg, own))
        score, tag = (v + end).max(1)
        out = [tag]
        for b in reversed(back):
            tag = b.gather(1, tag[:, None]).squeeze(1)
            out.append(tag)
        paths = torch.stack(out[::-1], 1).masked_fill(~mask, -1)
        return paths, score


def log_partition(emissions, transitions, start, end, mask):
    e = emissions.masked_fill(~mask.unsqueeze(-1), 0)
    a = start + e[:, 0]
    for t in range(1, e.shape[1]):
        new = _lse(a.unsqueeze(2) + transitions, 1) + e[:, t]
        a = torch.where(mask[:, t, None], new, a)
    return _lse(a + end, 1)


def marginals(emissions, transitions, start, end, mask):
    with torch.enable_grad():
        e = emissions.clone().requires_grad_(True)
        log_partition(e, transitions, start, end, mask).sum().backward()
    return e.grad
