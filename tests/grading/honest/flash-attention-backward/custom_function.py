"""The two passes as the static methods of an autograd function, called by hand; keys are the outer loop."""

from __future__ import annotations

import math
from types import SimpleNamespace

import torch


class Attention(torch.autograd.Function):
    @staticmethod
    def forward(ctx, q, k, v, causal, block_size):
        wide = torch.promote_types(q.dtype, torch.float32)
        n_queries, n_keys = q.shape[2], k.shape[2]
        out, lse = [], []
        for i in range(0, n_queries, block_size):
            stop = min(i + block_size, n_queries)
            peak = torch.full((*q.shape[:2], stop - i, 1), torch.finfo(wide).min, dtype=wide)
            mass = torch.zeros_like(peak)
            part = torch.zeros(*q.shape[:2], stop - i, v.shape[3], dtype=wide)
            for j in range(0, n_keys, block_size):
                s = score(
                    ctx, q[:, :, i:stop], k[:, :, j : j + block_size], i + n_keys - n_queries - j, causal
                )
                top = torch.maximum(peak, s.amax(-1, keepdim=True))
                p, shrink = torch.exp(s - top), torch.exp(peak - top)
                mass = mass * shrink + p.sum(-1, keepdim=True)
                part = part * shrink + p @ v[:, :, j : j + block_size].to(wide)
                peak = top
            blind = mass == 0
            out.append(part / mass.masked_fill(blind, 1))
            lse.append((peak + mass.masked_fill(blind, 1).log()).masked_fill(blind, -math.inf)[..., 0])
        return torch.cat(out, 2).to(q.dtype), torch.cat(lse, 2)

    @staticmethod
    def backward(ctx, grad):
        q, k, v, out, lse = ctx.saved
        wide = torch.promote_types(q.dtype, torch.float32)
        n_queries, n_keys, step = q.shape[2], k.shape[2], ctx.block_size
        scale = q.shape[3] ** -0.5
        delta = torch.sum(grad.to(wide) * out.to(wide), -1, keepdim=True)
        lse = torch.where(torch.isinf(lse), torch.zeros_like(lse), lse).unsqueeze(-1)
        dq = torch.zeros(q.shape, dtype=wide)
        dk, dv = [], []
        for j in range(0, n_keys, step):
            kj, vj = k[:, :, j : j + step].to(wide), v[:, :, j : j + step].to(wide)
            dkj, dvj = torch.zeros_like(kj), torch.zeros_like(vj)
            for i in range(0, n_queries, step):
                qi, gi = q[:, :, i : i + step].to(wide), grad[:, :, i : i + step].to(wide)
                s = score(ctx, qi, kj, i + n_keys - n_queries - j, ctx.causal)
                p = torch.exp(s - lse[:, :, i : i + step])
                ds = p * (gi @ vj.mT - delta[:, :, i : i + step])
                dvj += p.mT @ gi
                dkj += ds.mT @ qi
                dq[:, :, i : i + step] += ds @ kj
            dk.append(dkj * scale)
            dv.append(dvj)
        return (dq * scale).to(q.dtype), torch.cat(dk, 2).to(q.dtype), torch.cat(dv, 2).to(q.dtype)


def score(ctx, q, k, diagonal, causal):
    """Return the scores of a tile; the key `diagonal` of the tile is the last that its first query sees."""
    wide = torch.promote_types(q.dtype, torch.float32)
    s = q.to(wide) @ k.to(wide).mT * q.shape[3] ** -0.5
    if causal:
        s = s.masked_fill(torch.ones(s.shape[2:], dtype=torch.bool).triu(diagonal + 1), -math.inf)
    return s


def flash_attention_forward(q, k, v, *, causal=False, block_size=64):
    return Attention.forward(None, q, k, v, causal, block_size)


def flash_attention_backward(grad_out, q, k, v, out, lse, *, causal=False, block_size=64):
    ctx = SimpleNamespace(saved=(q, k, v, out, lse), causal=causal, block_size=block_size)
    return Attention.backward(ctx, grad_out)
