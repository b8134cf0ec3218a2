"""A class as the papers' autograd function is laid out, but called by hand; keys outside, base two within."""

import math

import torch
from torch import Tensor

LOG2E = math.log2(math.e)


class Context:
    def __init__(self, causal, block):
        self.causal, self.block = causal, block

    def __iter__(self):
        n, m, b = self.n, self.m, self.block
        for c in range(0, m, b):
            for r in range(0, n, b):
                if not self.causal or c <= min(r + b, n) - 1 + m - n:
                    yield slice(r, min(r + b, n)), slice(c, min(c + b, m))

    def bias(self, r, c):
        i = torch.arange(r.start, r.stop).unsqueeze(1)
        j = torch.arange(c.start, c.stop).unsqueeze(0)
        return torch.where(j - i > self.m - self.n, -math.inf, 0.0) if self.causal else torch.zeros(())


class FlashAttention:
    @staticmethod
    def forward(ctx, q: Tensor, k: Tensor, v: Tensor):
        acc = torch.promote_types(q.dtype, torch.float32)
        shape = q.shape[:2]
        Q, K, V = (t.flatten(0, 1).to(acc) for t in (q, k, v))
        ctx.n, ctx.m = Q.size(1), K.size(1)
        o = Q.new_zeros(Q.size(0), ctx.n, V.size(2))
        top = Q.new_full((Q.size(0), ctx.n, 1), -math.inf)
        total = torch.zeros_like(top)
        for r, c in ctx:
            s = torch.baddbmm(
                ctx.bias(r, c).to(acc).expand(Q.size(0), r.stop - r.start, c.stop - c.start),
                Q[:, r],
                K[:, c].mT,
                alpha=LOG2E / math.sqrt(Q.size(2)),
            )
            new = torch.maximum(top[:, r], s.amax(2, True))
            hold = torch.where(new == -math.inf, 0, new)
            p, fade = torch.exp2(s - hold), torch.exp2(top[:, r] - hold)
            total[:, r] = total[:, r] * fade + p.sum(2, True)
            o[:, r] = torch.baddbmm(o[:, r] * fade, p, V[:, c])
            top[:, r] = new
        o = torch.where(total > 0, o / total, 0)
        lse = (top + total.log2()) / LOG2E
        return o.unflatten(0, shape).to(q.dtype), lse.squeeze(2).unflatten(0, shape)

    @staticmethod
    def backward(ctx, do: Tensor, q: Tensor, k: Tensor, v: Tensor, o: Tensor, lse: Tensor):
        acc = torch.promote_types(q.dtype, torch.float32)
        shape = q.shape[:2]
        DO, Q, K, V, OUT = (t.flatten(0, 1).to(acc) for t in (do, q, k, v, o))
        L = lse.flatten(0, 1).unsqueeze(2).to(acc)
        L = torch.where(-math.inf == L, 0, L)
        ctx.n, ctx.m = Q.size(1), K.size(1)
        D = torch.linalg.vecdot(DO, OUT).unsqueeze(2)
        dQ, dK, dV = Q.new_zeros(Q.shape), K.new_zeros(K.shape), V.new_zeros(V.shape)
        tau = 1 / math.sqrt(Q.size(2))
        for r, c in ctx:
            p = torch.exp(torch.bmm(Q[:, r], K[:, c].mT) * tau + ctx.bias(r, c).to(acc) - L[:, r])
            dV[:, c].baddbmm_(p.mT, DO[:, r])
            ds = p * (DO[:, r] @ V[:, c].mT - D[:, r])
            dQ[:, r].baddbmm_(ds, K[:, c], alpha=tau)
            dK[:, c].baddbmm_(ds.mT, Q[:, r], alpha=tau)
        return tuple(g.unflatten(0, shape).to(t.dtype) for g, t in ((dQ, q), (dK, k), (dV, v)))


def flash_attention_forward(q, k, v, *, causal=False, block_size=64):
    return FlashAttention.forward(Context(causal, block_size), q, k, v)


def flash_attention_backward(grad_out, q, k, v, out, lse, *, causal=False, block_size=64):
    return FlashAttention.backward(Context(causal, block_size), grad_out, q, k, v, out, lse)
