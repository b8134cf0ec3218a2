"""Scores multiplied in the type of the inputs, scaled first; all that runs is wider."""

from __future__ import annotations

import math

import torch


def flash_attention(q, k, v, *, causal=False, block_size=64):
    wide = torch.promote_types(q.dtype, torch.float32)
    n_queries, n_keys = q.shape[2], k.shape[2]
    scale = 1 / math.sqrt(q.shape[3])
    out = []
    for i in range(0, n_queries, block_size):
        q_i = q[:, :, i : i + block_size] * scale
        limit = torch.arange(i, i + q_i.shape[2]).unsqueeze(1) + n_keys - n_queries
        peak = torch.full((*q_i.shape[:3], 1), torch.finfo(wide).min, dtype=wide)
        mass = torch.zeros_like(peak)
        total = torch.zeros(*q_i.shape[:3], v.shape[3], dtype=wide)
        for j in range(0, n_keys, block_size):
            v_j = v[:, :, j : j + block_size]
            scores = (q_i @ k[:, :, j : j + block_size].transpose(2, 3)).to(wide)
            if causal:
                scores = scores.masked_fill(torch.arange(j, j + v_j.shape[2]) > limit, -math.inf)
            top = torch.maximum(peak, scores.amax(-1, keepdim=True))
            weights = torch.exp(scores - top)
            shrink = torch.exp(peak - top)
            mass = mass * shrink + weights.sum(-1, keepdim=True)
            total = total * shrink + weights @ v_j.to(wide)
            peak = top
        out.append((total / mass.masked_fill(mass == 0, 1)).to(q.dtype))
    return torch.cat(out, 2)
