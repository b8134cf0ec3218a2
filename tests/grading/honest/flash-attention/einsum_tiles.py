"""Tiles of queries and keys written with einsum; the softmax is not detached anywhere."""

from __future__ import annotations

import torch
from torch import einsum


def flash_attention(q, k, v, *, causal=False, block_size=64):
    n_queries, n_keys = q.size(-2), k.size(-2)
    kind = torch.promote_types(q.dtype, torch.float32)
    visible = torch.ones(block_size, block_size, dtype=torch.bool)
    out = []
    for i in range(0, n_queries, block_size):
        qi = q[..., i : i + block_size, :].to(kind) * q.size(-1) ** -0.5
        m = torch.full(qi.shape[:-1], float("-inf"), dtype=kind)
        z = torch.zeros(qi.shape[:-1], dtype=kind)
        o = torch.zeros(*qi.shape[:-1], v.size(-1), dtype=kind)
        for j in range(0, n_keys, block_size):
            kj, vj = k[..., j : j + block_size, :].to(kind), v[..., j : j + block_size, :].to(kind)
            s = einsum("bhid,bhjd->bhij", qi, kj)
            if causal:
                seen = visible.tril(i + n_keys - n_queries - j)[: qi.size(-2), : kj.size(-2)]
                s = torch.where(seen, s, float("-inf"))
            new = torch.maximum(m, s.max(-1).values)
            finite = torch.where(new.isinf(), 0.0, new)
            p = (s - finite.unsqueeze(-1)).exp()
            old = (m - finite).exp()
            z = old * z + einsum("bhij->bhi", p)
            o = einsum("bhi,bhic->bhic", old, o) + einsum("bhij,bhjc->bhic", p, vj)
            m = new
        out.append(o / torch.where(z == 0, 1.0, z).unsqueeze(-1))
    return torch.cat(out, dim=-2).to(q.dtype)
