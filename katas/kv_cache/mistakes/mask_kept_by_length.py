"""You keep masks by the number of all tokens alone. A step, a chunk and a whole pass that end at the same
length need other masks: the rows are those of the new tokens. Keep them by both numbers, or make them
anew.

Notes: kv-cache-mask-condition, kv-cache-visible-pairs
"""

from __future__ import annotations

import math

import torch
from torch import nn


class CachedAttention(nn.Module):
    """Causal attention with a cache."""

    def __init__(self, d_model, n_heads, n_kv_heads=None):
        super().__init__()
        self.n_heads = n_heads
        self.n_kv_heads = n_kv_heads or n_heads
        self.d_head = d_model // n_heads
        self.q_proj = nn.Linear(d_model, n_heads * self.d_head, bias=False)
        self.k_proj = nn.Linear(d_model, self.n_kv_heads * self.d_head, bias=False)
        self.v_proj = nn.Linear(d_model, self.n_kv_heads * self.d_head, bias=False)
        self.masks = {}
        self.o_proj = nn.Linear(n_heads * self.d_head, d_model, bias=False)

    def forward(self, x, cache=None):
        """Return the outputs of the new tokens and the cache."""
        B, T, _ = x.shape
        q = self.q_proj(x).view(B, T, self.n_heads, self.d_head).transpose(1, 2)
        k = self.k_proj(x).view(B, T, self.n_kv_heads, self.d_head).transpose(1, 2)
        v = self.v_proj(x).view(B, T, self.n_kv_heads, self.d_head).transpose(1, 2)
        past = 0
        if cache is not None:
            past = cache[0].shape[2]
            k = torch.cat([cache[0], k], dim=2)
            v = torch.cat([cache[1], v], dim=2)
        cache = (k, v)
        group = self.n_heads // self.n_kv_heads
        keys = k.repeat_interleave(group, dim=1)
        values = v.repeat_interleave(group, dim=1)
        scores = q @ keys.transpose(-2, -1) / math.sqrt(self.d_head)
        if past + T not in self.masks:
            self.masks[past + T] = torch.ones(T, past + T, dtype=torch.bool, device=x.device).triu(past + 1)
        scores = scores.masked_fill(self.masks[past + T], -math.inf)
        weights = scores.softmax(dim=-1)
        y = (weights @ values).transpose(1, 2).reshape(B, T, x.shape[2])
        return self.o_proj(y), cache
