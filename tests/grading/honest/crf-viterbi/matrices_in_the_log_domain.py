"""Log-semiring matrix products, one matrix per step, with float64 inside."""

import torch


def _lse(x, dim):
    m = x.detach().amax(dim, keepdim=True).nan_to_num(neginf=0.0)
    s = (x - m).exp().sum(dim)
    return torch.where(s > 0, s.where(s > 0, torch.ones_like(s)).log(), float("-inf")) + m.squeeze(dim)


def _mats(e, A, mask):
    B, T, K = e.shape
    eye = torch.full((K, K), float("-inf"), dtype=e.dtype).fill_diagonal_(0.0)
    m = A[None, None] + e[:, 1:, None, :]
    return torch.where(mask[:, 1:, None, None], m, eye)


def _prep(emissions, mask):
    return emissions.double().masked_fill(~mask[:, :, None], 0)


def log_partition(emissions, transitions, start, end, mask):
    e = _prep(emissions, mask)
    M = _mats(e, transitions.double(), mask)
    v = start.double() + e[:, 0]
    for t in range(M.shape[1]):
        v = _lse(v[:, :, None] + M[:, t], 1)
    return _lse(v + end.double(), 1).to(emissions.dtype)


def marginals(emissions, transitions, start, end, mask):
    with torch.enable_grad():
        e = emissions.detach().double().clone().requires_grad_()
        z = log_partition(e, transitions.detach(), start.detach(), end.detach(), mask)
        return torch.autograd.grad(z.sum(), e)[0].to(emissions.dtype)


@torch.no_grad()
def viterbi_decode(emissions, transitions, start, end, mask):
    e = _prep(emissions, mask)
    M = _mats(e, transitions.double(), mask)
    v = [start.double() + e[:, 0]]
    for t in range(M.shape[1]):
        v.append((v[-1][:, :, None] + M[:, t]).amax(1))
    best, y = (v[-1] + end.double()).max(1)
    ys = [y]
    r = torch.arange(len(y))
    for t in range(M.shape[1] - 1, -1, -1):
        y = (v[t] + M[r, t, :, y]).argmax(1)
        ys.append(y)
    return torch.stack(ys[::-1], 1).masked_fill(~mask, -1), best.to(emissions.dtype)
