"""One loop over blocks of keys, with all queries in each step; all in float64 inside."""

from __future__ import annotations

import torch

NEGATIVE = float("-inf")


def flash_attention_forward(q, k, v, *, causal=False, block_size=64):
    queries = q.double() / q.shape[-1] ** 0.5
    peak = torch.full((*q.shape[:3], 1), NEGATIVE, dtype=torch.float64)
    mass = torch.zeros_like(peak)
    total = torch.zeros(*q.shape[:3], v.shape[-1], dtype=torch.float64)
    for keys, values, hidden in blocks(q, k, v, causal, block_size):
        scores = (queries @ keys.mT).masked_fill(hidden, NEGATIVE)
        top = torch.maximum(peak, scores.max(-1, keepdim=True).values)
        safe = top.nan_to_num(neginf=0.0)
        weights, shrink = (scores - safe).exp(), (peak - safe).exp()
        total = total * shrink + weights @ values
        mass = mass * shrink + weights.sum(-1, keepdim=True)
        peak = top
    lse = (peak + mass.log()).squeeze(-1)
    return (total / torch.where(mass > 0, mass, 1.0)).to(q.dtype), lse


def flash_attention_backward(grad_out, q, k, v, out, lse, *, causal=False, block_size=64):
    scale = q.shape[-1] ** -0.5
    queries, grad = q.double(), grad_out.double()
    delta = torch.linalg.vecdot(grad, out.double()).unsqueeze(-1)
    blind = torch.isneginf(lse).unsqueeze(-1)
    dq, dk, dv = torch.zeros_like(queries), [], []
    for keys, values, hidden in blocks(q, k, v, causal, block_size):
        exponents = queries @ keys.mT * scale - lse.double().unsqueeze(-1)
        weights = exponents.masked_fill(hidden | blind, NEGATIVE).exp()
        dv.append(weights.mT @ grad)
        weights = weights * (grad @ values.mT - delta)
        dk.append(weights.mT @ (scale * queries))
        dq += weights @ (scale * keys)
    return dq.to(q.dtype), torch.cat(dk, -2).to(k.dtype), torch.cat(dv, -2).to(v.dtype)


def blocks(q, k, v, causal, block_size):
    """Yield keys, values, and which of the keys are hidden from which queries."""
    last = torch.arange(q.shape[2]).unsqueeze(1) + k.shape[2] - q.shape[2]
    for start in range(0, k.shape[2], block_size):
        keys = k[:, :, start : start + block_size].double()
        index = torch.arange(start, start + keys.shape[2])
        hidden = index > last if causal else torch.zeros(1, dtype=torch.bool)
        yield keys, v[:, :, start : start + block_size].double(), hidden
