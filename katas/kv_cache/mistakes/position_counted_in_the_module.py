"""You count the tokens in the module and place the causal triangle by that count. It is right only as long as
one sequence is decoded from its beginning: a cache that another call has made, or a second sequence in turn,
has another length. What was before stands in the cache itself: `past = cache[0].shape[2]`.

Notes: causal-mask-cached-decode, kv-cache-visible-pairs
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
        self.position = 0

    def forward(self, x, cache=None):
        """Return the outputs of the new tokens and the cache."""
        B, T, _ = x.shape
        q = self.q_proj(x).view(B, T, self.n_heads, self.d_head).transpose(1, 2)
        k = self.k_proj(x).view(B, T, self.n_kv_heads, self.d_head).transpose(1, 2)
        v = self.v_proj(x).view(B, T, self.n_kv_heads, self.d_head).transpose(1, 2)
        if cache is None:
            self.position = 0
        else:
            k = torch.cat([cache[0], k], dim=2)
            v = torch.cat([cache[1], v], dim=2)
        cache = (k, v)
        group = self.n_heads // self.n_kv_heads
        keys = k.repeat_interleave(group, dim=1)
        values = v.repeat_interleave(group, dim=1)
        scores = q @ keys.transpose(-2, -1) / math.sqrt(self.d_head)
        steps = torch.arange(k.shape[2], device=x.device)
        hidden = steps > self.position + torch.arange(T, device=x.device).unsqueeze(1)
        self.position += T
        scores = scores.masked_fill(hidden, -math.inf)
        weights = scores.softmax(dim=-1)
        y = (weights @ values).transpose(1, 2).reshape(B, T, -1)
        return self.o_proj(y), cache
