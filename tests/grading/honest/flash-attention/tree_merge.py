"""Halves of the keys by recursion; their (maximum, sum, output) are merged pairwise."""

from __future__ import annotations

import math

import torch


def flash_attention(q, k, v, *, causal=False, block_size=64):
    wide = torch.promote_types(q.dtype, torch.float32)
    results = []
    for start in range(0, q.shape[2], block_size):
        rows = q[:, :, start : start + block_size].to(wide) / math.sqrt(q.shape[3])
        limit = torch.arange(start, start + rows.shape[2]).unsqueeze(1) + k.shape[2] - q.shape[2]
        state = attend(rows, k, v, limit if causal else None, 0, k.shape[2], block_size)
        results.append(state[2] / torch.where(state[1] > 0, state[1], 1.0))
    return torch.cat(results, 2).to(q.dtype)


def attend(rows, k, v, limit, low, high, block_size):
    """Return maximum, sum and unnormalised output over the keys from `low` to `high`."""
    if high - low > block_size:
        middle = (low + high) // 2
        return merge(
            attend(rows, k, v, limit, low, middle, block_size),
            attend(rows, k, v, limit, middle, high, block_size),
        )
    scores = rows @ k[:, :, low:high].to(rows.dtype).transpose(-1, -2)
    if limit is not None:
        scores = scores.masked_fill(torch.arange(low, high) > limit, -math.inf)
    # A finite floor instead of -inf: the difference of two floors is zero, not NaN.
    peak = scores.detach().amax(-1, keepdim=True).clamp(min=torch.finfo(rows.dtype).min)
    weights = (scores - peak).exp()
    return peak, weights.sum(-1, keepdim=True), weights @ v[:, :, low:high].to(rows.dtype)


def merge(left, right):
    """Return the statistics of two sets of keys together."""
    peak = torch.maximum(left[0], right[0])
    a, b = (left[0] - peak).exp(), (right[0] - peak).exp()
    return peak, a * left[1] + b * right[1], a * left[2] + b * right[2]
