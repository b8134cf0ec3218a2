"""Memory for all tokens is allocated in each call and written to; heads and new tokens in loops."""

from __future__ import annotations

import math

import torch
from torch import nn


def _joined(old, new):
    if old is None:
        return new
    past = old.size(2)
    joined = new.new_empty(new.size(0), new.size(1), past + new.size(2), new.size(3))
    joined[:, :, :past] = old
    joined[:, :, past:] = new
    return joined


class CachedAttention(nn.Module):
    def __init__(self, d_model, n_heads, n_kv_heads=None):
        super().__init__()
        self.n_heads = n_heads
        self.n_kv = n_kv_heads or n_heads
        self.d_head = d_model // n_heads
        self.q_proj = nn.Linear(d_model, n_heads * self.d_head, bias=False)
        self.k_proj = nn.Linear(d_model, self.n_kv * self.d_head, bias=False)
        self.v_proj = nn.Linear(d_model, self.n_kv * self.d_head, bias=False)
        self.o_proj = nn.Linear(n_heads * self.d_head, d_model, bias=False)

    def forward(self, x, cache=None):
        old_k, old_v = cache if cache is not None else (None, None)
        queries = self.q_proj(x).split(self.d_head, dim=-1)
        k = _joined(old_k, torch.stack(self.k_proj(x).split(self.d_head, dim=-1), dim=1))
        v = _joined(old_v, torch.stack(self.v_proj(x).split(self.d_head, dim=-1), dim=1))
        past = k.size(2) - x.size(1)
        heads = []
        for h, q in enumerate(queries):
            g = h * self.n_kv // self.n_heads
            rows = []
            for t in range(x.size(1)):
                end = past + t + 1
                s = torch.bmm(q[:, t : t + 1], k[:, g, :end].transpose(1, 2)) / math.sqrt(self.d_head)
                rows.append(torch.bmm(torch.softmax(s, dim=-1), v[:, g, :end]))
            heads.append(torch.cat(rows, dim=1))
        return self.o_proj(torch.cat(heads, dim=-1)), (k, v)
