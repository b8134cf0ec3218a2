"""You leave out a whole block of queries as soon as one of them sees no key. The others of that block do see
keys: their gradients are missing, and so is what they add to those of keys and values. Skip a block only if
none of its queries sees a key, and give the rows that see none the weight zero.

Notes: flash-attention-lse-blind, flash-attention-tile-kinds
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
    ct = torch.float64 if q.dtype == torch.float64 else torch.float32
    B, H, Sq, D = q.shape
    Sk = k.shape[2]
    dq = torch.zeros(B, H, Sq, D, dtype=ct)
    dk = torch.zeros(B, H, Sk, D, dtype=ct)
    dv = torch.zeros(B, H, Sk, v.shape[3], dtype=ct)
    q_pos = torch.arange(Sq) + Sk - Sq
    for i in range(0, Sq, block_size):
        i1 = min(Sq, i + block_size)
        lse_i = lse[:, :, i:i1].to(ct)
        if torch.isinf(lse_i).any():
            continue  # nothing to see here, the gradient stays zero
        q_i, g_i = q[:, :, i:i1].to(ct), grad_out[:, :, i:i1].to(ct)
        delta = torch.sum(g_i * out[:, :, i:i1].to(ct), dim=-1, keepdim=True)
        for j in range(0, Sk, block_size):
            j1 = min(Sk, j + block_size)
            k_j, v_j = k[:, :, j:j1].to(ct), v[:, :, j:j1].to(ct)
            s = torch.matmul(q_i, k_j.transpose(-2, -1)) / math.sqrt(D)
            p = torch.exp(s - lse_i.unsqueeze(-1))
            if causal:
                p = p.masked_fill(torch.arange(j, j1)[None, :] > q_pos[i:i1, None], 0.0)
            dp = torch.matmul(g_i, v_j.transpose(-2, -1))
            ds = p * (dp - delta) / math.sqrt(D)
            dv[:, :, j:j1] += torch.matmul(p.transpose(-2, -1), g_i)
            dq[:, :, i:i1] += torch.matmul(ds, k_j)
            dk[:, :, j:j1] += torch.matmul(ds.transpose(-2, -1), q_i)
    return dq.to(q.dtype), dk.to(k.dtype), dv.to(v.dtype)
