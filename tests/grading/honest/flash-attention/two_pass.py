"""Two passes over the keys: the log-sum-exp of every row first, then the weighted sum."""

from __future__ import annotations

import math

import torch


def flash_attention(q, k, v, *, causal=False, block_size=64):
    wide = torch.promote_types(q.dtype, torch.float32)
    offset = k.shape[2] - q.shape[2]
    starts = range(0, k.shape[2], block_size)

    def score(rows, first_row, start):
        scores = rows @ k[:, :, start : start + block_size].to(wide).transpose(2, 3)
        if causal:
            last = first_row + offset + torch.arange(scores.shape[2]).unsqueeze(1)
            scores = scores.masked_fill(start + torch.arange(scores.shape[3]) > last, -math.inf)
        return scores

    result = []
    for first_row in range(0, q.shape[2], block_size):
        rows = q[:, :, first_row : first_row + block_size].to(wide) / math.sqrt(q.shape[3])
        peak = None
        for start in starts:
            block_peak = score(rows, first_row, start).detach().amax(-1, keepdim=True)
            peak = block_peak if peak is None else torch.maximum(peak, block_peak)
        peak = peak.clamp_min(torch.finfo(wide).min)
        out, mass = 0, 0
        for start in starts:
            weights = torch.exp(score(rows, first_row, start) - peak)
            mass = mass + weights.sum(-1, keepdim=True)
            out = out + weights @ v[:, :, start : start + block_size].to(wide)
        result.append(out / mass.masked_fill(mass == 0, 1))
    return torch.cat(result, 2).to(q.dtype)
