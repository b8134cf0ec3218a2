"""A single new token sees all keys, as it should, but the causal triangle of several begins at the first
cached key: new token i sees the keys up to i only. The last new token has to see the last key; token i sees
the keys up to i plus the length of the cache.

Notes: causal-mask-cached-decode, kv-cache-visible-pairs
"""

from __future__ import annotations

import math

import torch
import torch.nn as nn


class CachedAttention(nn.Module):
    """Causal attention with a cache."""

    def __init__(self, d_model, n_heads, n_kv_heads=None):
        super().__init__()
        self.h, self.kv = n_heads, n_kv_heads or n_heads
        self.d = d_model // n_heads
        self.q_proj = nn.Linear(d_model, self.h * self.d, bias=False)
        self.k_proj = nn.Linear(d_model, self.kv * self.d, bias=False)
        self.v_proj = nn.Linear(d_model, self.kv * self.d, bias=False)
        self.o_proj = nn.Linear(self.h * self.d, d_model, bias=False)

    def forward(self, x, cache=None):
        """Return the outputs of the new tokens and the cache."""
        b, n, _ = x.size()
        q = self.q_proj(x).reshape(b, n, self.h, self.d).transpose(1, 2)
        k = self.k_proj(x).reshape(b, n, self.kv, self.d).transpose(1, 2)
        v = self.v_proj(x).reshape(b, n, self.kv, self.d).transpose(1, 2)
        if cache is not None:
            k = torch.cat((cache[0], k), 2)
            v = torch.cat((cache[1], v), 2)
        kk = k.repeat_interleave(self.h // self.kv, 1)
        vv = v.repeat_interleave(self.h // self.kv, 1)
        att = q @ kk.transpose(-2, -1) / math.sqrt(self.d)
        if n > 1:
            mask = torch.tril(torch.ones(n, kk.size(2), device=x.device))
            att = att.masked_fill(mask == 0, float("-inf"))
        y = att.softmax(-1) @ vv
        return self.o_proj(y.transpose(1, 2).reshape(b, n, -1)), (k, v)
