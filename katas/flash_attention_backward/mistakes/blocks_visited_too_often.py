"""Your results are right, but each pair of blocks is visited far too often: the forward pass looks
repeated for every block of the backward one, or queries look taken one at a time. Log-sum-exp and output
are there already; a block of queries and a block of keys need five matrix products, once.

Notes: flash-attention-backward-products, flash-attention-query-blocks
"""

from __future__ import annotations

import math

import torch


def flash_attention_forward(q, k, v, *, causal=False, block_size=64):
    outs, sums = [], []
    for row in range(0, q.shape[2], block_size):
        block = q[:, :, row : row + block_size]
        out, lse = attend(block, k, v, row + k.shape[2] - q.shape[2] if causal else None, block_size)
        outs.append(out)
        sums.append(lse)
    return torch.cat(outs, 2).to(q.dtype), torch.cat(sums, 2)


def flash_attention_backward(grad_out, q, k, v, out, lse, *, causal=False, block_size=64):
    n_queries, n_keys = q.shape[2], k.shape[2]
    wide = torch.promote_types(q.dtype, torch.float32)
    scale = 1 / math.sqrt(q.shape[3])
    dq, dk, dv = (torch.zeros(tensor.shape, dtype=wide) for tensor in (q, k, v))
    for row in range(0, n_queries, block_size):
        rows = slice(row, min(row + block_size, n_queries))
        q_block, grad_block = q[:, :, rows].to(wide), grad_out[:, :, rows].to(wide)
        for start in range(0, n_keys, block_size):
            columns = slice(start, min(start + block_size, n_keys))
            k_block, v_block = k[:, :, columns].to(wide), v[:, :, columns].to(wide)
            scores = q_block @ k_block.mT * scale
            if causal:
                scores = hide(scores, row + n_keys - n_queries, start)
            mean, total = attend(q_block, k, v, row + n_keys - n_queries if causal else None, block_size)
            delta = (grad_block * mean).sum(-1, keepdim=True)
            weights = torch.exp(scores - total.masked_fill(total == -math.inf, 0.0).unsqueeze(-1))
            dv[:, :, columns] += weights.mT @ grad_block
            grad_weights = grad_block @ v_block.mT
            grad_scores = weights * (grad_weights - delta) * scale
            dq[:, :, rows] += grad_scores @ k_block
            dk[:, :, columns] += grad_scores.mT @ q_block
    return dq.to(q.dtype), dk.to(k.dtype), dv.to(v.dtype)


def attend(q, k, v, first, block_size):
    """Return output and log-sum-exp of a block of queries; its first one sees the keys up to `first`."""
    wide = torch.promote_types(q.dtype, torch.float32)
    q = q.to(wide) / math.sqrt(q.shape[3])
    peak = torch.full((*q.shape[:3], 1), -math.inf, dtype=wide)
    total = torch.zeros_like(peak)
    sums = torch.zeros(*q.shape[:3], v.shape[3], dtype=wide)
    for start in range(0, k.shape[2], block_size):
        scores = q @ k[:, :, start : start + block_size].to(wide).mT
        if first is not None:
            scores = hide(scores, first, start)
        new_peak = torch.maximum(peak, scores.amax(-1, keepdim=True))
        pivot = new_peak.masked_fill(new_peak == -math.inf, 0.0)
        weights = torch.exp(scores - pivot)
        shrink = torch.exp(peak - pivot)
        total = total * shrink + weights.sum(-1, keepdim=True)
        sums = sums * shrink + weights @ v[:, :, start : start + block_size].to(wide)
        peak = new_peak
    return sums / total.masked_fill(total == 0, 1.0), (peak + total.log()).squeeze(-1)


def hide(scores, first, start):
    """Return the scores of a tile, masked; its first query sees the keys up to `first`."""
    last = first + torch.arange(scores.shape[2]).unsqueeze(1)
    return scores.masked_fill(start + torch.arange(scores.shape[3]) > last, -math.inf)
