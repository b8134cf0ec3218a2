"""A query that sees no key gets the mean of the values in its blocks that are not skipped: their hidden
scores are one large negative number, and the softmax over equal scores is uniform. Such a query should
give zeros.

Notes: mask-all-hidden-row, flash-attention-tile-kinds
"""

from __future__ import annotations

import math

import torch


def flash_attention(q, k, v, *, causal=False, block_size=64):
    n_queries, n_keys = q.shape[2], k.shape[2]
    wide = torch.promote_types(q.dtype, torch.float32)
    scale = 1 / math.sqrt(q.shape[3])
    outputs = []
    for row in range(0, n_queries, block_size):
        q_block = q[:, :, row : row + block_size].to(wide)
        last_seen = torch.arange(row, row + q_block.shape[2]).unsqueeze(1) + n_keys - n_queries
        peak = q_block.new_full((*q_block.shape[:3], 1), -math.inf)
        total = torch.zeros_like(peak)
        out = q_block.new_zeros(*q_block.shape[:3], v.shape[3])
        for start in range(0, n_keys, block_size):
            if causal and start > last_seen.max():
                break
            k_block = k[:, :, start : start + block_size].to(wide)
            v_block = v[:, :, start : start + block_size].to(wide)
            scores = q_block @ k_block.transpose(2, 3) * scale
            if causal:
                keys = torch.arange(start, start + k_block.shape[2])
                scores = scores.masked_fill(keys > last_seen, -1e30)
            new_peak = torch.maximum(peak, scores.amax(-1, keepdim=True))
            pivot = new_peak.masked_fill(new_peak == -math.inf, 0.0)
            weights = torch.exp(scores - pivot)
            shrink = torch.exp(peak - pivot)
            total = total * shrink + weights.sum(-1, keepdim=True)
            out = out * shrink + weights @ v_block
            peak = new_peak
        outputs.append(out / total.masked_fill(total == 0, 1.0))
    return torch.cat(outputs, 2).to(q.dtype)
