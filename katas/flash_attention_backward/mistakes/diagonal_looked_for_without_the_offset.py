"""You mask a block only where the diagonal crosses it, and look for the diagonal as if there were as many
queries as keys. With more queries than keys it lies lower: some blocks that it crosses are left unmasked.

Notes: flash-attention-tile-kinds, causal-mask-cached-decode
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
            if causal and start > rows.stop - 1 + n_keys - n_queries:
                break
            if causal and columns.stop - 1 > row:
                scores = hide(scores, row, start, n_keys - n_queries)
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
    n_queries, n_keys = q.shape[2], k.shape[2]
    wide = torch.promote_types(q.dtype, torch.float32)
    scale = 1 / math.sqrt(q.shape[3])
    dq, dk, dv = (torch.zeros(tensor.shape, dtype=wide) for tensor in (q, k, v))
    delta = (grad_out.to(wide) * out.to(wide)).sum(-1, keepdim=True)
    lse = lse.masked_fill(lse == -math.inf, 0.0).unsqueeze(-1)
    for row in range(0, n_queries, block_size):
        rows = slice(row, min(row + block_size, n_queries))
        q_block, grad_block = q[:, :, rows].to(wide), grad_out[:, :, rows].to(wide)
        for start in range(0, n_keys, block_size):
            columns = slice(start, min(start + block_size, n_keys))
            k_block, v_block = k[:, :, columns].to(wide), v[:, :, columns].to(wide)
            scores = q_block @ k_block.mT * scale
            if causal and start > rows.stop - 1 + n_keys - n_queries:
                break
            if causal and columns.stop - 1 > row:
                scores = hide(scores, row, start, n_keys - n_queries)
            weights = torch.exp(scores - lse[:, :, rows])
            dv[:, :, columns] += weights.mT @ grad_block
            grad_weights = grad_block @ v_block.mT
            grad_scores = weights * (grad_weights - delta[:, :, rows]) * scale
            dq[:, :, rows] += grad_scores @ k_block
            dk[:, :, columns] += grad_scores.mT @ q_block
    return dq.to(q.dtype), dk.to(k.dtype), dv.to(v.dtype)


def hide(scores, row, start, offset):
    """Return the scores of a tile, masked."""
    last_seen = torch.arange(row, row + scores.shape[2]).unsqueeze(1) + offset
    return scores.masked_fill(torch.arange(start, start + scores.shape[3]) > last_seen, -math.inf)
