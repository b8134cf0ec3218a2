"""All arithmetic in float64, batch and heads in one axis, softmax by hand."""

from __future__ import annotations

import torch
from torch import nn


class Projection(nn.Module):
    def __init__(self, rows, columns):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(rows, columns) * columns**-0.5)

    def forward(self, x):
        return x.double() @ self.weight.double().t()


class CachedAttention(nn.Module):
    def __init__(self, d_model, n_heads, n_kv_heads=None):
        super().__init__()
        n_kv_heads = n_kv_heads or n_heads
        d_head = d_model // n_heads
        self.sizes = n_heads, n_kv_heads, d_head
        self.q_proj = Projection(n_heads * d_head, d_model)
        self.k_proj = Projection(n_kv_heads * d_head, d_model)
        self.v_proj = Projection(n_kv_heads * d_head, d_model)
        self.o_proj = Projection(d_model, n_heads * d_head)

    def forward(self, x, cache=None):
        n_heads, n_kv_heads, d_head = self.sizes
        batch, new, _ = x.shape
        q = self.q_proj(x).view(batch, new, n_kv_heads, n_heads // n_kv_heads, d_head)
        k = self.k_proj(x).view(batch, new, n_kv_heads, d_head).transpose(1, 2).to(x.dtype)
        v = self.v_proj(x).view(batch, new, n_kv_heads, d_head).transpose(1, 2).to(x.dtype)
        if cache is not None:
            k, v = torch.cat([cache[0], k], dim=-2), torch.cat([cache[1], v], dim=-2)
        total = k.shape[2]
        q = q.permute(0, 2, 3, 1, 4).reshape(batch * n_kv_heads, -1, d_head)
        scores = torch.bmm(q, k.double().reshape(batch * n_kv_heads, total, d_head).mT) / d_head**0.5
        if new > 1:
            late = torch.arange(total) > torch.arange(total - new, total)[:, None]
            late = late.repeat(n_heads // n_kv_heads, 1)
            scores = scores + torch.zeros(late.shape, dtype=scores.dtype).masked_fill(late, -1e30)
        weights = torch.exp(scores - scores.max(-1, keepdim=True).values)
        weights = weights / weights.sum(-1, keepdim=True)
        y = torch.bmm(weights, v.double().reshape(batch * n_kv_heads, total, d_head))
        y = y.view(batch, n_heads, new, d_head).transpose(1, 2).reshape(batch, new, -1)
        return self.o_proj(y).to(x.dtype), (k, v)
