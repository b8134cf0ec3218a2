"""Your blocks look merged by their maxima alone. A block's normalised output counts by its share of the whole
denominator, which is exp(maximum) times its sum: weigh by the log-sum-exp of the block, not by its maximum.

Notes: online-softmax-update, flash-attention-idea
"""

from __future__ import annotations

import math

import torch


def _block(q, k, v, mask):
    s = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])
    if mask is not None:
        s = s.masked_fill(mask, float("-inf"))
    m = s.amax(-1, keepdim=True)
    dead = torch.isinf(m)
    p = torch.exp(s - m.masked_fill(dead, 0.0))
    tot = p.sum(-1, keepdim=True)
    out = (p @ v) / tot.masked_fill(dead, 1.0)
    return out, m


def _merge(a, b):
    (oa, ma), (ob, mb) = a, b
    m = torch.maximum(ma, mb)
    dead = torch.isinf(m)
    base = m.masked_fill(dead, 0.0)
    wa, wb = torch.exp(ma - base), torch.exp(mb - base)
    den = (wa + wb).masked_fill(dead, 1.0)
    return (oa * wa + ob * wb) / den, m


def flash_attention(q, k, v, *, causal=False, block_size=64):
    dt = torch.promote_types(q.dtype, torch.float32)
    Sq, Sk = q.shape[-2], k.shape[-2]
    off = Sk - Sq
    outs = []
    for i in range(0, Sq, block_size):
        qi = q[..., i : i + block_size, :].to(dt)
        rows = torch.arange(i, i + qi.shape[-2])[:, None]
        state = None
        for j in range(0, Sk, block_size):
            kj = k[..., j : j + block_size, :].to(dt)
            vj = v[..., j : j + block_size, :].to(dt)
            mask = torch.arange(j, j + kj.shape[-2])[None] > rows + off if causal else None
            part = _block(qi, kj, vj, mask)
            state = part if state is None else _merge(state, part)
        outs.append(state[0].to(q.dtype))
    return torch.cat(outs, dim=-2)
