"""Your module writes keys and values into a buffer of its own and returns views of it: the next call
overwrites what the last one returned. Memory that you hand out is the caller's; allocate it for the call.

Notes: kv-cache-as-a-value, kv-cache-branches
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
        self.o_proj = nn.Linear(n_heads * self.d_head, d_model, bias=False)
        self.buffers_ = {}

    def write(self, which, cache, new, past):
        """Return the cached numbers and the new ones."""
        total = past + new.shape[2]
        buffer = self.buffers_.get(which)
        if (
            buffer is None
            or buffer.shape[0] != new.shape[0]
            or buffer.shape[2] < total
            or buffer.dtype != new.dtype
        ):
            buffer = new.new_zeros(new.shape[0], new.shape[1], 2 * total, new.shape[3])
        buffer = buffer.detach()
        if past:
            buffer[:, :, :past] = cache[which]
        buffer[:, :, past:total] = new
        self.buffers_[which] = buffer
        return buffer[:, :, :total]

    def forward(self, x, cache=None):
        """Return the outputs of the new tokens and the cache."""
        B, T, _ = x.shape
        q = self.q_proj(x).view(B, T, self.n_heads, self.d_head).transpose(1, 2)
        k = self.k_proj(x).view(B, T, self.n_kv_heads, self.d_head).transpose(1, 2)
        v = self.v_proj(x).view(B, T, self.n_kv_heads, self.d_head).transpose(1, 2)
        past = 0 if cache is None else cache[0].shape[2]
        k, v = self.write(0, cache, k, past), self.write(1, cache, v, past)
        cache = (k, v)
        group = self.n_heads // self.n_kv_heads
        keys = k.repeat_interleave(group, dim=1)
        values = v.repeat_interleave(group, dim=1)
        scores = q @ keys.transpose(-2, -1) / math.sqrt(self.d_head)
        hidden = torch.ones(T, past + T, dtype=torch.bool, device=x.device).triu(past + 1)
        scores = scores.masked_fill(hidden, -math.inf)
        weights = scores.softmax(dim=-1)
        y = (weights @ values).transpose(1, 2).reshape(B, T, -1)
        return self.o_proj(y), cache
