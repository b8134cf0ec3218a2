"""An autograd function: the backward pass computes the tiles again from the saved log-sum-exp."""

from __future__ import annotations

import math

import torch


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return Attention.apply(q, k, v, causal, block_size)


class Attention(torch.autograd.Function):
    @staticmethod
    def forward(ctx, q, k, v, causal, block_size):
        wide = torch.promote_types(q.dtype, torch.float32)
        out = torch.zeros(*q.shape[:3], v.shape[3], dtype=wide)
        lse = torch.zeros(*q.shape[:3], 1, dtype=wide)
        for rows in tiles(q.shape[2], block_size):
            peak = torch.full_like(lse[:, :, rows], torch.finfo(wide).min)
            mass, part = torch.zeros_like(peak), torch.zeros_like(out[:, :, rows])
            for columns in tiles(k.shape[2], block_size):
                scores = score(q, k, rows, columns, causal, wide)
                top = torch.maximum(peak, scores.amax(-1, keepdim=True))
                weights = torch.exp(scores - top)
                mass = torch.exp(peak - top) * mass + weights.sum(-1, keepdim=True)
                part = torch.exp(peak - top) * part + weights @ v[:, :, columns].to(wide)
                peak = top
            mass = mass.masked_fill(mass == 0, 1)
            out[:, :, rows] = part / mass
            lse[:, :, rows] = peak + mass.log()
        ctx.save_for_backward(q, k, v, out, lse)
        ctx.causal, ctx.block_size = causal, block_size
        return out.to(q.dtype)

    @staticmethod
    def backward(ctx, grad):
        q, k, v, out, lse = ctx.saved_tensors
        wide, scale = out.dtype, 1 / math.sqrt(q.shape[3])
        grad = grad.to(wide)
        dq, dk, dv = (torch.zeros(t.shape, dtype=wide) for t in (q, k, v))
        row_dot = (out * grad).sum(-1, keepdim=True)
        for rows in tiles(q.shape[2], ctx.block_size):
            for columns in tiles(k.shape[2], ctx.block_size):
                weights = torch.exp(score(q, k, rows, columns, ctx.causal, wide) - lse[:, :, rows])
                dv[:, :, columns] += weights.mT @ grad[:, :, rows]
                d_weights = grad[:, :, rows] @ v[:, :, columns].to(wide).mT
                d_scores = weights * (d_weights - row_dot[:, :, rows]) * scale
                dq[:, :, rows] += d_scores @ k[:, :, columns].to(wide)
                dk[:, :, columns] += d_scores.mT @ q[:, :, rows].to(wide)
        return dq.to(q.dtype), dk.to(k.dtype), dv.to(v.dtype), None, None


def tiles(length, size):
    """Return slices that cover `length`."""
    return [slice(start, min(start + size, length)) for start in range(0, length, size)]


def score(q, k, rows, columns, causal, wide):
    """Return the scaled and masked scores of a tile."""
    scores = q[:, :, rows].to(wide) @ k[:, :, columns].to(wide).mT / math.sqrt(q.shape[3])
    if causal:
        last = torch.arange(rows.start, rows.stop).unsqueeze(1) + k.shape[2] - q.shape[2]
        scores = scores.masked_fill(torch.arange(columns.start, columns.stop) > last, -math.inf)
    return scores
