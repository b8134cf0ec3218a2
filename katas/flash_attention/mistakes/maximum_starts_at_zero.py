"""Rows whose scores are all far below zero give zeros: your running maximum looks started at 0, so it never
falls to theirs and every weight underflows. Nothing seen yet means minus infinity.

Notes: online-softmax-update, softmax-overflow
"""

from __future__ import annotations

import torch


def online_step(state, s, v):
    m, l, o = state
    m2 = torch.maximum(m, s.detach().amax(-1))
    a = torch.exp(m - m2)
    p = torch.exp(s - m2.unsqueeze(-1))
    return m2, a * l + p.sum(-1), a.unsqueeze(-1) * o + p @ v


def flash_attention(q, k, v, *, causal=False, block_size=64):
    dt = torch.promote_types(q.dtype, torch.float32)
    (Sq, D), Sk = q.shape[-2:], k.shape[-2]
    result = []
    for i in range(0, Sq, block_size):
        qb = q[..., i : i + block_size, :].to(dt) / D**0.5
        rows = torch.arange(i, i + qb.shape[-2])
        state = (
            torch.zeros(qb.shape[:-1], dtype=dt),
            torch.zeros(qb.shape[:-1], dtype=dt),
            torch.zeros((*qb.shape[:-1], v.shape[-1]), dtype=dt),
        )
        for j in range(0, Sk, block_size):
            kb = k[..., j : j + block_size, :].to(dt)
            s = qb @ kb.transpose(-2, -1)
            if causal:
                cols = torch.arange(j, j + kb.shape[-2])
                s = s.masked_fill(cols > rows[:, None] + Sk - Sq, float("-inf"))
            state = online_step(state, s, v[..., j : j + block_size, :].to(dt))
        _, l, o = state
        result.append((o / torch.where(l == 0, torch.ones_like(l), l).unsqueeze(-1)).to(q.dtype))
    return torch.cat(result, -2)
