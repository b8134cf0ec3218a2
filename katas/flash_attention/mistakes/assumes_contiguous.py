"""Your reshaping needs contiguous memory: `view` cannot join axes that do not lie side by side, as after a
transpose. `reshape` copies where it has to.

Notes: attention-merge-view, multi-head-view-without-transpose
"""

from __future__ import annotations

import math

import torch


def flash_attention(q, k, v, *, causal=False, block_size=64):
    batch, heads, n_queries, width = q.shape
    n_keys, value_width = v.shape[2:]
    wide = torch.promote_types(q.dtype, torch.float32)
    q = q.view(batch * heads, n_queries, width).to(wide) / math.sqrt(width)
    k = k.view(batch * heads, n_keys, width).to(wide)
    v_flat = v.view(batch * heads, n_keys, value_width).to(wide)
    outputs = []
    for row in range(0, n_queries, block_size):
        q_block = q[:, row : row + block_size]
        last_seen = torch.arange(row, row + q_block.shape[1]).unsqueeze(1) + n_keys - n_queries
        peak = q_block.new_full((*q_block.shape[:2], 1), -math.inf)
        total = torch.zeros_like(peak)
        out = q_block.new_zeros(*q_block.shape[:2], value_width)
        for start in range(0, n_keys, block_size):
            scores = q_block @ k[:, start : start + block_size].transpose(1, 2)
            if causal:
                keys = torch.arange(start, start + scores.shape[2])
                scores = scores.masked_fill(keys > last_seen, -math.inf)
            new_peak = torch.maximum(peak, scores.amax(-1, keepdim=True))
            pivot = new_peak.masked_fill(new_peak == -math.inf, 0.0)
            weights = torch.exp(scores - pivot)
            shrink = torch.exp(peak - pivot)
            total = total * shrink + weights.sum(-1, keepdim=True)
            out = out * shrink + weights @ v_flat[:, start : start + block_size]
            peak = new_peak
        outputs.append(out / total.masked_fill(total == 0, 1.0))
    return torch.cat(outputs, 1).view(batch, heads, n_queries, value_width).to(v.dtype)
