"""Your products of queries and keys are rounded to the inputs' type and converted afterwards. float16 ends at
65504: a product of wide heads can pass it although the scaled score, an eighth of it for width 64, does not,
and then the weights are NaN. Convert queries and keys before the product, or scale the queries first.

Notes: flash-attention-backward-half, half-precision-running-sum
"""

from __future__ import annotations

import math

import torch


def _wide(t):
    return torch.float64 if t.dtype == torch.float64 else torch.float32


def _scores(qb, kb, scale, i0, j0, shift, causal):
    s = (qb @ kb.transpose(-1, -2)).to(_wide(qb)) * scale
    if causal:
        i = torch.arange(i0, i0 + qb.shape[-2], device=qb.device)[:, None]
        j = torch.arange(j0, j0 + kb.shape[-2], device=qb.device)[None]
        s = s.masked_fill(j > i + shift, -math.inf)
    return s


def flash_attention_forward(q, k, v, *, causal=False, block_size=64):
    w = _wide(q)
    B, H, Sq, D = q.shape
    Sk, Dv = v.shape[-2:]
    scale = D**-0.5
    out = torch.zeros(B, H, Sq, Dv, dtype=q.dtype, device=q.device)
    lse = torch.full((B, H, Sq), -math.inf, dtype=w, device=q.device)
    for i0 in range(0, Sq, block_size):
        qb = q[:, :, i0 : i0 + block_size]
        n = qb.shape[2]
        m = torch.full((B, H, n, 1), -math.inf, dtype=w, device=q.device)
        l = torch.zeros_like(m)
        acc = torch.zeros(B, H, n, Dv, dtype=w, device=q.device)
        for j0 in range(0, Sk, block_size):
            if causal and j0 > i0 + n - 1 + Sk - Sq:
                break
            s = _scores(qb, k[:, :, j0 : j0 + block_size], scale, i0, j0, Sk - Sq, causal)
            new = torch.maximum(m, s.amax(-1, keepdim=True))
            safe = new.masked_fill(new == -math.inf, 0)
            p = torch.exp(s - safe)
            a = torch.exp(m - safe)
            l = l * a + p.sum(-1, keepdim=True)
            acc = acc * a + p @ v[:, :, j0 : j0 + block_size].to(w)
            m = new
        out[:, :, i0 : i0 + n] = (acc / l.masked_fill(l == 0, 1)).to(q.dtype)
        lse[:, :, i0 : i0 + n] = (m + torch.log(l))[..., 0]
    return out, lse


def flash_attention_backward(grad_out, q, k, v, out, lse, *, causal=False, block_size=64):
    w = _wide(q)
    Sq, D = q.shape[-2:]
    Sk = k.shape[-2]
    scale = D**-0.5
    dq = torch.zeros(q.shape, dtype=w, device=q.device)
    dk = torch.zeros(k.shape, dtype=w, device=q.device)
    dv = torch.zeros(v.shape, dtype=w, device=q.device)
    for i0 in range(0, Sq, block_size):
        sl = slice(i0, i0 + block_size)
        qb, g, o = q[:, :, sl], grad_out[:, :, sl].to(w), out[:, :, sl].to(w)
        n = qb.shape[2]
        L = lse[:, :, sl, None].to(w)
        L = L.masked_fill(-math.inf == L, math.inf)
        delta = (g * o).sum(-1, keepdim=True)
        for j0 in range(0, Sk, block_size):
            if causal and j0 > i0 + n - 1 + Sk - Sq:
                break
            kl = slice(j0, j0 + block_size)
            kb, vb = k[:, :, kl], v[:, :, kl].to(w)
            p = torch.exp(_scores(qb, kb, scale, i0, j0, Sk - Sq, causal) - L)
            dv[:, :, kl] += p.transpose(-1, -2) @ g
            ds = p * (g @ vb.transpose(-1, -2) - delta) * scale
            dq[:, :, sl] += ds @ kb.to(w)
            dk[:, :, kl] += ds.transpose(-1, -2) @ qb.to(w)
    return dq.to(q.dtype), dk.to(k.dtype), dv.to(v.dtype)
