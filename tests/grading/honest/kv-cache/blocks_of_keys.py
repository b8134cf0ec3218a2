"""Running maximum and sums over blocks of keys, as flash attention has them."""

from __future__ import annotations

import math

import torch
import torch.nn as nn
import torch.nn.functional as F


class CachedAttention(nn.Module):
    block = 512

    def __init__(self, d_model: int, n_heads: int, n_kv_heads: int | None = None):
        super().__init__()
        self.n_heads, self.n_kv_heads = n_heads, n_kv_heads or n_heads
        kv_width = d_model * self.n_kv_heads // n_heads
        self.q_proj, self.o_proj = (nn.Linear(d_model, d_model, bias=False) for _ in range(2))
        self.k_proj, self.v_proj = (nn.Linear(d_model, kv_width, bias=False) for _ in range(2))

    def forward(self, x, cache=None):
        q, k, v = (
            F.linear(x, layer.weight).unflatten(2, (heads, -1)).movedim(2, 1)
            for layer, heads in [
                (self.q_proj, self.n_heads),
                (self.k_proj, self.n_kv_heads),
                (self.v_proj, self.n_kv_heads),
            ]
        )
        if cache is not None:
            k, v = torch.concat([cache[0], k], dim=2), torch.concat([cache[1], v], dim=2)
        wide = torch.promote_types(x.dtype, torch.float32)
        group = torch.arange(self.n_heads) // (self.n_heads // self.n_kv_heads)
        place = torch.arange(k.shape[2] - x.shape[1], k.shape[2]).view(-1, 1)
        top = torch.full(q.shape[:3], -math.inf, dtype=wide)
        mass, total = torch.zeros(q.shape[:3], dtype=wide), torch.zeros(q.shape, dtype=wide)
        for start in range(0, k.shape[2], self.block):
            keys = k[:, group, start : start + self.block].to(wide)
            values = v[:, group, start : start + self.block].to(wide)
            scores = q.to(wide) @ keys.transpose(2, 3) / math.sqrt(q.shape[3])
            scores = scores.masked_fill(torch.arange(start, start + keys.shape[2]) > place, -math.inf)
            new_top = torch.maximum(top, scores.detach().amax(-1))
            weights = (scores - new_top.unsqueeze(-1)).exp()
            shrink = (top - new_top).exp()
            mass = mass * shrink + weights.sum(-1)
            total = total * shrink.unsqueeze(-1) + weights @ values
            top = new_top
        y = (total / mass.unsqueeze(-1)).to(x.dtype)
        return self.o_proj(y.movedim(1, 2).flatten(2)), (k, v)
