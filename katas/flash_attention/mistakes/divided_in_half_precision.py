"""Your last division looks done in the inputs' type. Over a long sequence both sums are beyond what
float16 can hold, though their quotient is not: divide in float32, then convert.

Notes: half-precision-running-sum
"""

from __future__ import annotations

import math

import torch


def flash_attention(q, k, v, *, causal=False, block_size=64):
    B, H, Sq, D = q.shape
    Sk, Dv = k.shape[2], v.shape[3]
    ct = torch.float64 if q.dtype == torch.float64 else torch.float32
    scale = 1.0 / math.sqrt(D)
    offset = Sk - Sq
    outs = []
    for i0 in range(0, Sq, block_size):
        i1 = min(i0 + block_size, Sq)
        qb = q[:, :, i0:i1].to(ct) * scale
        m = torch.full((B, H, i1 - i0, 1), -math.inf, dtype=ct, device=q.device)
        l = torch.zeros((B, H, i1 - i0, 1), dtype=ct, device=q.device)
        acc = torch.zeros((B, H, i1 - i0, Dv), dtype=ct, device=q.device)
        for j0 in range(0, Sk, block_size):
            if causal and j0 > i1 - 1 + offset:
                break
            j1 = min(j0 + block_size, Sk)
            kb = k[:, :, j0:j1].to(ct)
            vb = v[:, :, j0:j1].to(ct)
            s = qb @ kb.transpose(-1, -2)
            if causal:
                rows = torch.arange(i0, i1, device=q.device)[:, None]
                cols = torch.arange(j0, j1, device=q.device)[None, :]
                s = s.masked_fill(cols > rows + offset, -math.inf)
            m_new = torch.maximum(m, s.amax(-1, keepdim=True))
            m_safe = torch.where(m_new == -math.inf, torch.zeros_like(m_new), m_new)
            alpha = torch.exp(m - m_safe)
            p = torch.exp(s - m_safe)
            l = l * alpha + p.sum(-1, keepdim=True)
            acc = acc * alpha + p @ vb
            m = m_new
        outs.append(acc.to(q.dtype) / torch.where(l == 0, torch.ones_like(l), l).to(q.dtype))
    return torch.cat(outs, 2).to(q.dtype)
