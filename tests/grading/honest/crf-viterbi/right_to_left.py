"""Messages from right to left by recursion, then one walk to the right."""

import torch


class Chain:
    def __init__(self, e, A, s, f, mask):
        self.e = torch.where(mask[:, :, None], e, torch.zeros((), dtype=e.dtype))
        self.A, self.s, self.f, self.mask = A, s, f, mask
        self.T = e.shape[1]

    def to_go(self, t, pool):
        """Return the scores of the rest after t, for t to T - 1."""
        if t == self.T - 1:
            return [self.f.expand(self.e.shape[0], -1)]
        rest = self.to_go(t + 1, pool)
        here = pool(self.A + (self.e[:, t + 1] + rest[0])[:, None, :])
        return [torch.where(self.mask[:, t + 1, None], here, rest[0]), *rest]


class SafeLSE(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        y = torch.logsumexp(x, -1)
        ctx.save_for_backward(x, y)
        return y

    @staticmethod
    def backward(ctx, g):
        x, y = ctx.saved_tensors
        w = torch.where(y.isneginf()[..., None], torch.zeros_like(x), (x - y[..., None]).exp())
        return g[..., None] * w


pool = SafeLSE.apply


def log_partition(emissions, transitions, start, end, mask):
    c = Chain(emissions, transitions, start, end, mask)
    return pool(c.s + c.e[:, 0] + c.to_go(0, pool)[0])


@torch.no_grad()
def viterbi_decode(emissions, transitions, start, end, mask):
    c = Chain(emissions, transitions, start, end, mask)
    b = c.to_go(0, lambda x: x.amax(-1))
    score, y = (c.s + c.e[:, 0] + b[0]).max(-1)
    path = emissions.new_full(mask.shape, -1, dtype=torch.int64)
    path[:, 0] = y
    for t in range(1, c.T):
        y = (transitions[y] + c.e[:, t] + b[t]).argmax(-1)
        path[:, t] = y.where(mask[:, t], torch.full_like(y, -1))
    return path, score


@torch.no_grad()
def marginals(emissions, transitions, start, end, mask):
    c = Chain(emissions, transitions, start, end, mask)
    b = c.to_go(0, pool)
    p = (c.s + c.e[:, 0] + b[0]).softmax(-1)
    out = [p]
    for t in range(1, c.T):
        raw = transitions + (c.e[:, t] + b[t])[:, None, :]
        cond = raw.softmax(-1).nan_to_num(0.0)
        p = (p[:, None, :] @ cond)[:, 0]
        out.append(p)
    return torch.stack(out, 1) * mask[:, :, None]
