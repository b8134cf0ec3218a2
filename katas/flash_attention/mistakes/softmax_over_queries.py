"""Your softmax looks normalised over the queries. Each query distributes its weight over the keys: the
last dimension of the scores.

Notes: attention-softmax-axis
"""

from __future__ import annotations

import math

import torch


def flash_attention(q, k, v, *, causal=False, block_size=64):
    Sq, Sk = q.shape[2], k.shape[2]
    ct = torch.float64 if q.dtype == torch.float64 else torch.float32
    outs = []
    for i0 in range(0, Sq, block_size):
        qb = q[:, :, i0 : i0 + block_size].to(ct) / math.sqrt(q.shape[-1])
        s = qb @ k.to(ct).mT
        if causal:
            hidden = torch.arange(Sk) > (torch.arange(i0, i0 + qb.shape[2]) + Sk - Sq)[:, None]
            s = s.masked_fill(hidden, -math.inf)
            p = torch.softmax(s, dim=-2).masked_fill(hidden, 0)
        else:
            p = torch.softmax(s, dim=-2)
        outs.append(p @ v.to(ct))
    return torch.cat(outs, 2).to(q.dtype)
