"""Scores in float64 inside, batched with baddbmm on a bias of minus infinity; ends in the type of x."""

import torch
from torch import nn


class Heads(nn.Linear):
    def __init__(self, width, heads, d_head):
        super().__init__(width, heads * d_head, bias=False)
        self.heads, self.d_head = heads, d_head

    def forward(self, x):
        return torch.stack(super().forward(x).split(self.d_head, dim=-1), dim=1)


class CachedAttention(nn.Module):
    def __init__(self, d_model, n_heads, n_kv_heads=None):
        super().__init__()
        n_kv_heads = n_kv_heads or n_heads
        d_head = d_model // n_heads
        self.q_proj = Heads(d_model, n_heads, d_head)
        self.k_proj = Heads(d_model, n_kv_heads, d_head)
        self.v_proj = Heads(d_model, n_kv_heads, d_head)
        self.o_proj = nn.Linear(n_heads * d_head, d_model, bias=False)

    def forward(self, x, cache=None):
        q, k, v = self.q_proj(x), self.k_proj(x), self.v_proj(x)
        if cache is not None:
            k, v = torch.cat([cache[0], k], dim=-2), torch.cat([cache[1], v], dim=-2)
        (b, h, n, d), kv, total = q.shape, k.shape[1], k.shape[2]
        index = torch.arange(h) // (h // kv)
        wide_k = k.index_select(1, index).double().reshape(b * h, total, d)
        wide_v = v.index_select(1, index).double().reshape(b * h, total, d)
        bias = torch.full((n, total), -torch.inf, dtype=torch.float64).triu(total - n + 1)
        scores = torch.baddbmm(bias, q.double().reshape(b * h, n, d), wide_k.mT, alpha=d**-0.5)
        out = torch.bmm(torch.softmax(scores, -1), wide_v).to(x.dtype).reshape(b, h, n, d)
        return self.o_proj(torch.cat(out.unbind(1), dim=-1)), (k, v)
