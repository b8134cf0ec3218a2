"""A chunk is decoded by recursion, its first half before its second; expand for the groups."""

from __future__ import annotations

import torch
from torch import nn


class CachedAttention(nn.Module):
    def __init__(self, d_model, n_heads, n_kv_heads=None):
        super().__init__()
        self.n_heads = n_heads
        self.n_kv_heads = n_kv_heads if n_kv_heads is not None else n_heads
        self.d_head = d_model // n_heads
        self.q_proj = nn.Linear(d_model, n_heads * self.d_head, bias=False)
        self.k_proj = nn.Linear(d_model, self.n_kv_heads * self.d_head, bias=False)
        self.v_proj = nn.Linear(d_model, self.n_kv_heads * self.d_head, bias=False)
        self.o_proj = nn.Linear(n_heads * self.d_head, d_model, bias=False)

    def spread(self, heads):
        b, g, t, d = heads.shape
        return heads[:, :, None].expand(b, g, self.n_heads // g, t, d).reshape(b, self.n_heads, t, d)

    def forward(self, x, cache=None):
        batch, new, _ = x.shape
        if new > 1:
            first, cache = self(x[:, : new // 2], cache)
            second, cache = self(x[:, new // 2 :], cache)
            return torch.cat([first, second], dim=1), cache
        q = self.q_proj(x).view(batch, self.n_heads, 1, self.d_head)
        k = self.k_proj(x).view(batch, self.n_kv_heads, 1, self.d_head)
        v = self.v_proj(x).view(batch, self.n_kv_heads, 1, self.d_head)
        if cache is not None:
            k, v = torch.cat([cache[0], k], dim=2), torch.cat([cache[1], v], dim=2)
        scores = (q * self.spread(k)).sum(-1, keepdim=True) * (1 / self.d_head**0.5)
        y = (scores.softmax(dim=2) * self.spread(v)).sum(2)
        return self.o_proj(y.reshape(batch, 1, -1)), (k, v)
