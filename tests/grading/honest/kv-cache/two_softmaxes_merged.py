"""Cached and new keys attended to apart, merged by log-sum-exps; the cache is joined for the caller only."""

from __future__ import annotations

import torch
from torch import nn


class CachedAttention(nn.Module):
    def __init__(self, d_model, n_heads, n_kv_heads=None):
        super().__init__()
        self.h = n_heads
        self.g = n_heads if n_kv_heads is None else n_kv_heads
        self.d = d_model // n_heads
        self.q_proj = nn.Linear(d_model, self.h * self.d, bias=False)
        self.k_proj = nn.Linear(d_model, self.g * self.d, bias=False)
        self.v_proj = nn.Linear(d_model, self.g * self.d, bias=False)
        self.o_proj = nn.Linear(self.h * self.d, d_model, bias=False)

    def _heads(self, t, n):
        return t.reshape(*t.shape[:2], n, self.d).transpose(1, 2)

    def _part(self, q, k, v, hidden=None):
        scores = torch.matmul(q, k.transpose(2, 3).unsqueeze(2))
        if hidden is not None:
            scores = scores.masked_fill(hidden, float("-inf"))
        return scores.softmax(-1) @ v.unsqueeze(2), scores.logsumexp(-1, keepdim=True)

    def forward(self, x, cache=None):
        b, t, _ = x.shape
        q = self._heads(self.q_proj(x), self.h).reshape(b, self.g, -1, t, self.d) / self.d**0.5
        k, v = self._heads(self.k_proj(x), self.g), self._heads(self.v_proj(x), self.g)
        out, mass = self._part(q, k, v, torch.ones(t, t, dtype=torch.bool).triu(1))
        if cache is not None and cache[0].shape[2]:
            old, old_mass = self._part(q, *cache)
            share = torch.sigmoid(mass - old_mass)
            out = share * out + (1 - share) * old
            k, v = torch.cat([cache[0], k], 2), torch.cat([cache[1], v], 2)
        return self.o_proj(out.reshape(b, self.h, t, self.d).transpose(1, 2).flatten(2)), (k, v)
