"""Key heads repeated, a mask of comparisons, the lowest finite number for hidden scores."""

from __future__ import annotations

import torch
from torch import nn


class CachedAttention(nn.Module):
    def __init__(self, d_model, n_heads, n_kv_heads=None):
        super().__init__()
        self.heads, self.kv_heads = n_heads, n_kv_heads or n_heads
        self.width = d_model // n_heads
        self.q_proj = nn.Linear(d_model, d_model, bias=False)
        self.k_proj = nn.Linear(d_model, self.kv_heads * self.width, bias=False)
        self.v_proj = nn.Linear(d_model, self.kv_heads * self.width, bias=False)
        self.o_proj = nn.Linear(d_model, d_model, bias=False)

    def forward(self, x, cache=None):
        B, new, d_model = x.shape
        q = self.q_proj(x).reshape(B, new, self.heads, self.width).permute(0, 2, 1, 3)
        k = self.k_proj(x).reshape(B, new, self.kv_heads, self.width).permute(0, 2, 1, 3)
        v = self.v_proj(x).reshape(B, new, self.kv_heads, self.width).permute(0, 2, 1, 3)
        if cache is not None:
            k, v = (torch.cat(pair, dim=2) for pair in zip(cache, (k, v), strict=True))
        total = k.shape[2]
        rep = self.heads // self.kv_heads
        scores = q @ k.repeat_interleave(rep, 1).mT * self.width**-0.5
        rows = torch.arange(new)[:, None] + (total - new)
        seen = rows >= torch.arange(total)[None, :]
        scores = torch.where(seen, scores, torch.finfo(scores.dtype).min)
        y = torch.softmax(scores, -1) @ v.repeat_interleave(rep, 1)
        return self.o_proj(y.permute(0, 2, 1, 3).reshape(B, new, d_model)), [k, v]
