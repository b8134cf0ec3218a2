"""Short: one recursion for both operations, marginals by torch.func."""

import torch
from torch.func import grad


def _sum(x, d):
    m = x.detach().amax(d, True).clamp_min(torch.finfo(x.dtype).min)
    return ((x - m).exp().sum(d) + (dead := m.squeeze(d) == torch.finfo(x.dtype).min)).log().masked_fill(
        dead, -torch.inf
    ) + m.squeeze(d).masked_fill(dead, 0)


def _fwd(pool, e, A, s, f, mask):
    a = s + e[:, 0]
    for t in range(1, e.shape[1]):
        a = torch.where(
            mask[:, t, None], pool(a[..., None] + A, 1) + torch.where(mask[:, t, None], e[:, t], 0), a
        )
    return pool(a + f, 1)


def log_partition(*args):
    return _fwd(_sum, *args)


def _max(x, d):
    return x.amax(d)


def marginals(e, A, s, f, mask):
    with torch.enable_grad():
        return grad(lambda x: log_partition(x, A.detach(), s.detach(), f.detach(), mask).sum())(e.detach())


@torch.no_grad()
def viterbi_decode(e, A, s, f, mask):
    best = _fwd(_max, e, A, s, f, mask)
    a, trail = s + e[:, 0], []
    for t in range(1, e.shape[1]):
        top = (a[..., None] + A).max(1)
        trail.append(top.indices)
        a = torch.where(mask[:, t, None], top.values + e[:, t], a)
    y = (a + f).argmax(1)
    path = [y]
    for t, ptr in reversed(list(enumerate(trail, 1))):
        y = torch.where(mask[:, t], ptr.gather(1, y[:, None])[:, 0], y)
        path.append(y)
    return torch.stack(path[::-1], 1).masked_fill(~mask, -1), best
