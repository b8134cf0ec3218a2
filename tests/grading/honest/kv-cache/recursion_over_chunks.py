"""Recursion: all tokens but the last sixteen first, then those; in-place work on own memory."""

import torch
from torch import nn


class CachedAttention(nn.Module):
    def __init__(self, d_model, n_heads, n_kv_heads=None):
        super().__init__()
        self.n_heads, self.n_kv_heads = n_heads, n_kv_heads or n_heads
        self.d_head = d_model // n_heads
        for name, rows, columns in [
            ("q_proj", n_heads * self.d_head, d_model),
            ("k_proj", self.n_kv_heads * self.d_head, d_model),
            ("v_proj", self.n_kv_heads * self.d_head, d_model),
            ("o_proj", d_model, n_heads * self.d_head),
        ]:
            holder = nn.Module()
            holder.weight = nn.Parameter(torch.randn(rows, columns) / columns**0.5)
            self.add_module(name, holder)

    def forward(self, x, cache=None):
        batch, new, width = x.shape
        if new > 16:
            head, cache = self(x[:, :-16], cache)
            tail, cache = self(x[:, -16:], cache)
            return torch.cat([head, tail], dim=1), cache
        k = (x @ self.k_proj.weight.t()).reshape(batch, new, self.n_kv_heads, self.d_head).transpose(1, 2)
        v = (x @ self.v_proj.weight.t()).reshape(batch, new, self.n_kv_heads, self.d_head).transpose(1, 2)
        if cache is not None:
            k, v = torch.cat([cache[0], k], 2), torch.cat([cache[1], v], 2)
        q = (x @ self.q_proj.weight.t()).mul_(self.d_head**-0.5)
        result = x.new_zeros(batch, new, width)
        group = self.n_heads // self.n_kv_heads
        for h in range(self.n_heads):
            columns = slice(h * self.d_head, (h + 1) * self.d_head)
            scores = q[..., columns] @ k[:, h // group].mT
            total = scores.shape[-1]
            scores[..., total - new :].masked_fill_(
                ~torch.ones(new, new, dtype=torch.bool).tril(), -torch.inf
            )
            scores = scores.sub_(scores.detach().amax(-1, keepdim=True)).exp_()
            weights = scores / scores.sum(-1, keepdim=True)
            result = result + (weights @ v[:, h // group]) @ self.o_proj.weight[:, columns].t()
        return result, (k, v)
