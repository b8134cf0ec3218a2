"""Five axes and einsum; the softmax in float32 at least; an added mask in the scores' type."""

from __future__ import annotations

import torch
from torch import nn


class CachedAttention(nn.Module):
    def __init__(self, d_model, n_heads, n_kv_heads=None):
        super().__init__()
        kv = n_heads if n_kv_heads is None else n_kv_heads
        self.shape = (kv, n_heads // kv, d_model // n_heads)
        for name, rows in [("q", d_model), ("k", d_model // n_heads * kv), ("v", d_model // n_heads * kv)]:
            self.add_module(f"{name}_proj", nn.Linear(d_model, rows, bias=False))
        self.o_proj = nn.Linear(d_model, d_model, bias=False)

    def forward(self, x, cache=None):
        g, r, d = self.shape
        q = self.q_proj(x).unflatten(-1, (g, r, d))
        k = self.k_proj(x).unflatten(-1, (g, d)).transpose(1, 2)
        v = self.v_proj(x).unflatten(-1, (g, d)).transpose(1, 2)
        if cache is None:
            cache = (k[:, :, :0], v[:, :, :0])
        k = torch.cat((cache[0], k), 2)
        v = torch.cat((cache[1], v), 2)
        past, new = cache[0].shape[2], x.shape[1]
        mask = torch.full((new, past + new), float("-inf"), dtype=x.dtype).triu(past + 1)
        scores = torch.einsum("btgrd,bgsd->bgrts", q, k) / d**0.5 + mask
        weights = scores.to(torch.promote_types(x.dtype, torch.float32)).softmax(-1).to(x.dtype)
        y = torch.einsum("bgrts,bgsd->btgrd", weights, v)
        return self.o_proj(y.flatten(2)), (k, v)
