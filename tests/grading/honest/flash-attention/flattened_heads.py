"""Batch and heads as one axis, `baddbmm`, and an output written block by block."""

from __future__ import annotations

import math

import torch


def flash_attention(q, k, v, *, causal=False, block_size=64):
    wide = torch.promote_types(q.dtype, torch.float32)
    q3, k3, v3 = (t.reshape(-1, t.shape[-2], t.shape[-1]).to(wide) for t in (q, k, v))
    pairs, n_queries, width = q3.shape
    n_keys = k3.shape[1]
    result = torch.empty(pairs, n_queries, v3.shape[-1], dtype=wide)
    for row in range(0, n_queries, block_size):
        rows = slice(row, min(row + block_size, n_queries))
        size = rows.stop - row
        peak = torch.full((pairs, size, 1), -1e30, dtype=wide)
        mass = torch.zeros(pairs, size, 1, dtype=wide)
        out = torch.zeros(pairs, size, v3.shape[-1], dtype=wide)
        for column in range(0, n_keys, block_size):
            columns = slice(column, min(column + block_size, n_keys))
            bias = torch.zeros(size, columns.stop - column, dtype=wide)
            if causal:
                last = torch.arange(rows.start, rows.stop)[:, None] + n_keys - n_queries
                bias[torch.arange(columns.start, columns.stop)[None] > last] = -math.inf
            scores = torch.baddbmm(bias, q3[:, rows], k3[:, columns].mT, alpha=1 / math.sqrt(width))
            top = torch.maximum(peak, scores.amax(-1, keepdim=True))
            weights = torch.exp(scores - top)
            mass = mass * torch.exp(peak - top) + weights.sum(-1, keepdim=True)
            out = torch.baddbmm(out * torch.exp(peak - top), weights, v3[:, columns])
            peak = top
        result[:, rows] = out / mass.clamp_min(1e-30)
    return result.reshape(*q.shape[:-1], v.shape[-1]).to(q.dtype)
