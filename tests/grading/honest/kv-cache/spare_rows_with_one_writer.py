"""Rows to spare behind the cache, without a graph: only the longest continuation writes, others copy."""

import torch
from torch import nn

ROOM = 64


class CachedAttention(nn.Module):
    def __init__(self, d_model, n_heads, n_kv_heads=None):
        super().__init__()
        self.n_heads = n_heads
        self.n_kv_heads = n_kv_heads or n_heads
        self.d_head = d_model // n_heads
        self.q_proj = nn.Linear(d_model, d_model, bias=False)
        self.k_proj = nn.Linear(d_model, self.n_kv_heads * self.d_head, bias=False)
        self.v_proj = nn.Linear(d_model, self.n_kv_heads * self.d_head, bias=False)
        self.o_proj = nn.Linear(d_model, d_model, bias=False)

    def append(self, past, new):
        if torch.is_grad_enabled():
            return new if past is None else torch.cat([past, new], 2)
        b, h, n, d = new.shape
        length = 0 if past is None else past.shape[2]
        room = getattr(past, "room", None)
        # Whoever continues a shorter view than the last one written gets rows of its own.
        if room is None or room.shape[2] < length + n or room.used != length:
            room = new.new_empty(b, h, length + n + ROOM, d)
            if length:
                room[:, :, :length] = past
        room[:, :, length : length + n] = new
        room.used = length + n
        out = room[:, :, : length + n]
        out.room = room
        return out

    def forward(self, x, cache=None):
        b, n, _ = x.shape
        q = self.q_proj(x).reshape(b, n, self.n_heads, -1).transpose(1, 2)
        k = self.k_proj(x).reshape(b, n, self.n_kv_heads, -1).transpose(1, 2)
        v = self.v_proj(x).reshape(b, n, self.n_kv_heads, -1).transpose(1, 2)
        past_k, past_v = cache if cache is not None else (None, None)
        k, v = self.append(past_k, k), self.append(past_v, v)
        g = self.n_heads // self.n_kv_heads
        s = q @ k.repeat_interleave(g, 1).transpose(2, 3) / self.d_head**0.5
        total = k.shape[2]
        s = s.masked_fill(torch.ones(n, total, dtype=torch.bool).triu(total - n + 1), float("-inf"))
        y = s.softmax(-1) @ v.repeat_interleave(g, 1)
        return self.o_proj(y.transpose(1, 2).reshape(b, n, -1)), (k, v)
