"""You round the gradients of the scores to the inputs' type before the last two products. Kernels do so for
speed, and the rounding does little harm; but float16 ends at 65504. Before they are scaled, these gradients
may be larger although those of queries and keys fit. Keep them in float32, or at least scale them first.

Notes: flash-attention-backward-half
"""

from __future__ import annotations

import math

import torch


def flash_attention_forward(q, k, v, *, causal=False, block_size=64):
    ct = torch.float64 if q.dtype == torch.float64 else torch.float32
    Sq, D = q.shape[-2:]
    Sk = k.shape[-2]
    o = torch.zeros(*q.shape[:-1], v.shape[-1], dtype=ct)
    m = torch.full(q.shape[:-1], -math.inf, dtype=ct)
    l = torch.zeros_like(m)
    for a in range(0, Sq, block_size):
        b = min(a + block_size, Sq)
        for c in range(0, Sk, block_size):
            d = min(c + block_size, Sk)
            s = q[..., a:b, :].to(ct) @ k[..., c:d, :].to(ct).mT / math.sqrt(D)
            if causal:
                rows = torch.arange(a, b)[:, None] + (Sk - Sq)
                s.masked_fill_(torch.arange(c, d) > rows, -math.inf)
            top = torch.maximum(m[..., a:b], s.amax(-1))
            ref = top.clamp(min=torch.finfo(ct).min)
            p = torch.exp(s - ref[..., None])
            f = torch.exp(m[..., a:b] - ref)
            l[..., a:b] = l[..., a:b] * f + p.sum(-1)
            o[..., a:b, :] = o[..., a:b, :] * f[..., None] + p @ v[..., c:d, :].to(ct)
            m[..., a:b] = top
    o = o / torch.where(l > 0, l, torch.ones_like(l))[..., None]
    return o.to(q.dtype), m + l.log()


def flash_attention_backward(grad_out, q, k, v, out, lse, *, causal=False, block_size=64):
    acc = torch.promote_types(q.dtype, torch.float32)
    off = k.shape[-2] - q.shape[-2]
    dq, dk, dv = (torch.zeros(t.shape, dtype=acc) for t in (q, k, v))
    D_i = torch.einsum("bhqd,bhqd->bhq", grad_out.to(acc), out.to(acc))
    for start_n in range(0, k.shape[-2], block_size):
        kk = k.narrow(2, start_n, min(block_size, k.shape[-2] - start_n)).to(acc)
        vv = v.narrow(2, start_n, kk.shape[2]).to(acc)
        for start_m in range(0, q.shape[-2], block_size):
            rows = min(block_size, q.shape[-2] - start_m)
            qq, do = q.narrow(2, start_m, rows).to(acc), grad_out.narrow(2, start_m, rows).to(acc)
            x = torch.matmul(qq, kk.mT) / q.shape[-1] ** 0.5
            e = torch.exp(x - lse.narrow(2, start_m, rows)[..., None].to(acc))
            if causal:
                i = torch.arange(start_m, start_m + rows)[:, None]
                j = torch.arange(start_n, start_n + kk.shape[2])[None]
                e = torch.where(j <= i + off, e, torch.zeros((), dtype=acc))
            t = (e * (do @ vv.mT - D_i.narrow(2, start_m, rows)[..., None])).to(q.dtype)
            dv.narrow(2, start_n, kk.shape[2]).add_(e.mT @ do)
            dk.narrow(2, start_n, kk.shape[2]).add_(t.mT.to(acc) @ qq)
            dq.narrow(2, start_m, rows).add_(t.to(acc) @ kk)
    sc = q.shape[-1] ** -0.5
    return (dq * sc).to(q.dtype), (dk * sc).to(k.dtype), dv.to(v.dtype)
