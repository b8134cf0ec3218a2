"""The recursion multiplies probabilities and rescales each step, as for a hidden Markov model. One scale for
all tags loses those that are 100 behind, although later scores may favour them. Stay in the log domain, where
each tag's sum has a maximum of its own.

Notes: crf-log-sum-exp-maximum
"""

from __future__ import annotations

import torch


def _scaled_forward(e, A, s, mask):
    top = A.max()
    P = (A - top).exp()
    a = s + e[:, 0]
    c = a.max(1, keepdim=True).values
    p = (a - c).exp()
    logz = c[:, 0]
    out = [p]
    for t in range(1, e.shape[1]):
        m = e[:, t].max(1, keepdim=True).values
        q = (p @ P) * (e[:, t] - m).exp()
        scale = q.sum(1, keepdim=True)
        on = mask[:, t]
        p = torch.where(on[:, None], q / scale, p)
        logz = torch.where(on, logz + scale[:, 0].log() + m[:, 0] + top, logz)
        out.append(p)
    return out, logz


def log_partition(emissions, transitions, start, end, mask):
    e = emissions.masked_fill(~mask[..., None], 0)
    out, logz = _scaled_forward(e, transitions, start, mask)
    f = end.max()
    return logz + (out[-1] * (end - f).exp()).sum(1).log() + f


def marginals(emissions, transitions, start, end, mask):
    with torch.no_grad():
        e = emissions.masked_fill(~mask[..., None], 0)
        al, _ = _scaled_forward(e, transitions, start, mask)
        P = (transitions - transitions.max()).exp()
        B, T, K = e.shape
        b = (end - end.max()).exp().expand(B, K)
        be = [b]
        for t in range(T - 1, 0, -1):
            w = (e[:, t] - e[:, t].max(1, keepdim=True).values).exp() * b
            n = w @ P.T
            n = n / n.sum(1, keepdim=True)
            b = torch.where(mask[:, t, None], n, b)
            be.append(b)
        p = torch.stack(al, 1) * torch.stack(be[::-1], 1)
        return torch.where(mask[..., None], p / p.sum(-1, keepdim=True), 0)


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
