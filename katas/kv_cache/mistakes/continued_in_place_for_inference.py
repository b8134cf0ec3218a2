"""Without gradients your module appends in place to a buffer that it keeps. A cache that lies in the buffer
may be continued twice: both continuations write the same rows, and the second overwrites the first. Make
new tensors, or write only behind what nobody has been given.

Notes: kv-cache-branches, kv-cache-as-a-value
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
        self.buffers_of_kind = {}
        self.o_proj = nn.Linear(n_heads * self.d_head, d_model, bias=False)

    def append(self, kind, old, new):
        """Return the cached numbers and the new ones."""
        if torch.is_grad_enabled():
            return torch.cat([old, new], dim=2)
        length, total = old.shape[2], old.shape[2] + new.shape[2]
        buffer = self.buffers_of_kind.get(kind)
        if buffer is None or buffer.data_ptr() != old.data_ptr() or buffer.shape[2] < total:
            buffer = self.buffers_of_kind[kind] = old.new_zeros(*old.shape[:2], 2 * total, old.shape[3])
            buffer[:, :, :length] = old
        buffer[:, :, length:total] = new
        return buffer[:, :, :total]

    def forward(self, x, cache=None):
        """Return the outputs of the new tokens and the cache."""
        B, T, _ = x.shape
        q = self.q_proj(x).view(B, T, self.n_heads, self.d_head).transpose(1, 2)
        k = self.k_proj(x).view(B, T, self.n_kv_heads, self.d_head).transpose(1, 2)
        v = self.v_proj(x).view(B, T, self.n_kv_heads, self.d_head).transpose(1, 2)
        past = 0
        if cache is not None:
            past = cache[0].shape[2]
            k = self.append("keys", cache[0], k)
            v = self.append("values", cache[1], v)
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
