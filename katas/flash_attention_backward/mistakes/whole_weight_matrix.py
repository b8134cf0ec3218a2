"""Your scores, weights or their gradients outgrow a block: in one of the passes, or as the sum of blocks that
are kept, those of all queries and keys exist at once, or those of a block of queries with all keys. Work on
a block of queries and a block of keys at a time, and compute the weights again instead of keeping them.

Notes: flash-attention-backward-saves, flash-attention-idea
"""

from __future__ import annotations

import math

import torch


def flash_attention_forward(q, k, v, *, causal=False, block_size=64):
    n_queries, n_keys = q.shape[2], k.shape[2]
    wide = torch.promote_types(q.dtype, torch.float32)
    scale = 1 / math.sqrt(q.shape[3])
    out = torch.zeros(*q.shape[:3], v.shape[3], dtype=wide)
    lse = torch.zeros(q.shape[:3], dtype=wide)
    for row in range(0, n_queries, block_size):
        rows = slice(row, min(row + block_size, n_queries))
        q_block = q[:, :, rows].to(wide)
        peak = torch.full((*q_block.shape[:3], 1), -math.inf, dtype=wide)
        total = torch.zeros_like(peak)
        sums = torch.zeros_like(out[:, :, rows])
        for start in range(0, n_keys, block_size):
            columns = slice(start, min(start + block_size, n_keys))
            k_block, v_block = k[:, :, columns].to(wide), v[:, :, columns].to(wide)
            scores = q_block @ k_block.mT * scale
            if causal:
                scores = hide(scores, row + n_keys - n_queries, start)
            new_peak = torch.maximum(peak, scores.amax(-1, keepdim=True))
            pivot = new_peak.masked_fill(new_peak == -math.inf, 0.0)
            weights = torch.exp(scores - pivot)
            shrink = torch.exp(peak - pivot)
            total = total * shrink + weights.sum(-1, keepdim=True)
            sums = sums * shrink + weights @ v_block
            peak = new_peak
        out[:, :, rows] = sums / total.masked_fill(total == 0, 1.0)
        lse[:, :, rows] = (peak + total.log()).squeeze(-1)
    return out.to(q.dtype), lse


def flash_attention_backward(grad_out, q, k, v, out, lse, *, causal=False, block_size=64):
    wide = torch.promote_types(q.dtype, torch.float32)
    scale = 1 / math.sqrt(q.shape[3])
    q, k, v, grad = (tensor.to(wide) for tensor in (q, k, v, grad_out))
    scores = q @ k.mT * scale
    if causal:
        scores = hide(scores, k.shape[2] - q.shape[2], 0)
    weights = torch.exp(scores - lse.to(wide).masked_fill(lse == -math.inf, 0.0).unsqueeze(-1))
    delta = (grad * out.to(wide)).sum(-1, keepdim=True)
    grad_scores = weights * (grad @ v.mT - delta) * scale
    gradients = grad_scores @ k, grad_scores.mT @ q, weights.mT @ grad
    return tuple(gradient.to(grad_out.dtype) for gradient in gradients)


def hide(scores, first, start):
    """Return the scores of a tile, masked; its first query sees the keys up to `first`."""
    last = first + torch.arange(scores.shape[2]).unsqueeze(1)
    return scores.masked_fill(start + torch.arange(scores.shape[3]) > last, -math.inf)
