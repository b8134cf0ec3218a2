"""Lengths padded to whole blocks; products with factors of the inputs' type, sums in float32."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F


def padded(tensor, size, value=0.0):
    missing = -tensor.shape[2] % size
    return F.pad(tensor, (0, 0, 0, missing), value=value)


def seen(row, column, size, n_queries, n_keys, causal):
    i, j = torch.arange(row, row + size)[:, None], torch.arange(column, column + size)
    inside = (i < n_queries) & (j < n_keys)
    return inside & (j <= i + n_keys - n_queries) if causal else inside


def flash_attention_forward(q, k, v, *, causal=False, block_size=64):
    n_queries, n_keys = q.shape[2], k.shape[2]
    size = max(1, min(block_size, max(n_queries, n_keys)))
    wide = torch.promote_types(q.dtype, torch.float32)
    scale = 1 / math.sqrt(q.shape[3])
    qs, ks, vs = (padded(tensor, size) for tensor in (q, k, v))
    outs, sums = [], []
    for row in range(0, qs.shape[2], size):
        peak = torch.full((*q.shape[:2], size, 1), -1e30, dtype=wide)
        mass, total = torch.zeros_like(peak), torch.zeros(*q.shape[:2], size, v.shape[3], dtype=wide)
        for column in range(0, ks.shape[2], size):
            visible = seen(row, column, size, n_queries, n_keys, causal)
            if not visible.any():
                continue
            scores = (
                qs[:, :, row : row + size].to(wide) @ ks[:, :, column : column + size].to(wide).mT * scale
            )
            scores = torch.where(visible, scores, -math.inf)
            top = torch.maximum(peak, scores.amax(-1, keepdim=True))
            weights = torch.exp(scores - top)
            shrink = torch.exp(peak - top)
            mass = mass * shrink + weights.sum(-1, keepdim=True)
            total = total * shrink + (weights.to(v.dtype) @ vs[:, :, column : column + size]).to(wide)
            peak = top
        outs.append(total / torch.where(mass == 0, 1.0, mass))
        sums.append((torch.where(mass == 0, -math.inf, peak) + torch.log(mass)).squeeze(-1))
    return torch.cat(outs, 2)[:, :, :n_queries].to(q.dtype), torch.cat(sums, 2)[:, :, :n_queries]


def flash_attention_backward(grad_out, q, k, v, out, lse, *, causal=False, block_size=64):
    n_queries, n_keys = q.shape[2], k.shape[2]
    size = max(1, min(block_size, max(n_queries, n_keys)))
    wide = torch.promote_types(q.dtype, torch.float32)
    scale = 1 / math.sqrt(q.shape[3])
    delta = (grad_out.to(wide) * out.to(wide)).sum(-1, keepdim=True)
    qs, ks, vs, gs = (padded(tensor, size) for tensor in (q, k, v, grad_out))
    delta, total = padded(delta, size), padded(lse.unsqueeze(-1), size)
    dq, dk, dv = (torch.zeros(tensor.shape, dtype=wide) for tensor in (qs, ks, vs))
    for row in range(0, qs.shape[2], size):
        rows = slice(row, row + size)
        for column in range(0, ks.shape[2], size):
            columns = slice(column, column + size)
            visible = seen(row, column, size, n_queries, n_keys, causal)
            if not visible.any():
                continue
            scores = qs[:, :, rows].to(wide) @ ks[:, :, columns].to(wide).mT * scale
            weights = torch.where(visible, torch.exp(scores - total[:, :, rows]), 0.0)
            dv[:, :, columns] += weights.to(q.dtype).mT @ gs[:, :, rows]
            products = gs[:, :, rows].to(wide) @ vs[:, :, columns].to(wide).mT
            inner = (weights * (products - delta[:, :, rows]) * scale).to(q.dtype)  # scaled, it fits float16
            dq[:, :, rows] += inner @ ks[:, :, columns]
            dk[:, :, columns] += inner.mT @ qs[:, :, rows]
    dq, dk, dv = dq[:, :, :n_queries], dk[:, :, :n_keys], dv[:, :, :n_keys]
    return dq.to(q.dtype), dk.to(k.dtype), dv.to(v.dtype)
