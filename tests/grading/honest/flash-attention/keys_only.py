"""One loop over blocks of keys, with all queries in each step."""

from __future__ import annotations

import torch


def flash_attention(q, k, v, *, causal=False, block_size=64):
    batch, heads, n_queries, width = q.shape
    n_keys, value_width = v.shape[2:]
    wide = torch.float64 if q.dtype == torch.float64 else torch.float32
    queries = q.to(wide)
    lowest = torch.finfo(wide).min
    peak = torch.full((batch, heads, n_queries), lowest, dtype=wide)
    mass = torch.zeros(batch, heads, n_queries, dtype=wide)
    total = torch.zeros(batch, heads, n_queries, value_width, dtype=wide)
    last = torch.arange(n_queries)[:, None] + (n_keys - n_queries)
    for key_block, value_block, index in zip(
        k.split(block_size, 2), v.split(block_size, 2), torch.arange(n_keys).split(block_size), strict=True
    ):
        scores = queries @ key_block.to(wide).mT / width**0.5
        if causal:
            scores = scores.masked_fill(index > last, float("-inf"))
        new_peak = torch.maximum(peak, scores.amax(-1))
        weights = (scores - new_peak[..., None]).exp()
        shrink = (peak - new_peak).exp()
        mass = mass * shrink + weights.sum(-1)
        total = total * shrink[..., None] + weights @ value_block.to(wide)
        peak = new_peak
    mass = torch.where(mass == 0, 1.0, mass)
    return (total / mass[..., None]).type_as(q)
