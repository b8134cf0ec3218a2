"""Causal attention with a key-value cache: what a decoder runs for a prompt, for a chunk, and for each token.

Under a causal mask a token's key and value depend on that token and on earlier ones, never on later ones. So
they are computed once, kept, and read by every later query; a query is needed once, by its own token. A call
projects the new tokens only, puts their keys and values behind the cached ones, and lets the new queries read
all of them:

    work of a step over T cached tokens     O(T) scores, instead of O(T^2) for everything again
    memory that stays for it                2 * B * n_kv_heads * T * d_head numbers

Fewer key heads than query heads make that memory smaller: query head h reads key head h // (n_heads /
n_kv_heads). With one key head that is multi-query attention (Shazeer, 2019), between one and n_heads it is
grouped-query attention (Ainslie et al., 2023).

The cache is a value: it goes in, a longer one comes out, and the module keeps nothing. So two sequences can
take turns, and one prefix can be continued in several ways. (Serving engines write into blocks that were
allocated beforehand, and need reference counts and copies on write to promise the same.)

Sources:
    Shazeer, Fast Transformer Decoding: One Write-Head is All You Need, 2019, arXiv 1911.02150. Ainslie et
    al., GQA: Training Generalized Multi-Query Transformer Models from Multi-Head Checkpoints, 2023, arXiv
    2305.13245. Pope et al., Efficiently Scaling Transformer Inference, 2022, arXiv 2211.05102.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

Cache = tuple[Tensor, Tensor]
"""Keys and values of all tokens so far, (B, n_kv_heads, T, d_head) each."""


class CachedAttention(nn.Module):
    """Causal self-attention over cached tokens and new ones; without positions, biases and dropout."""

    def __init__(self, d_model: int, n_heads: int, n_kv_heads: int | None = None) -> None:
        super().__init__()
        self.n_heads = n_heads
        self.n_kv_heads = n_heads if n_kv_heads is None else n_kv_heads
        self.d_head = d_model // n_heads
        # nn.Linear has a bias unless it is told otherwise.
        self.q_proj = nn.Linear(d_model, n_heads * self.d_head, bias=False)
        self.k_proj = nn.Linear(d_model, self.n_kv_heads * self.d_head, bias=False)
        self.v_proj = nn.Linear(d_model, self.n_kv_heads * self.d_head, bias=False)
        self.o_proj = nn.Linear(n_heads * self.d_head, d_model, bias=False)

    def forward(self, x: Tensor, cache: Cache | None = None) -> tuple[Tensor, Cache]:
        """Return the outputs of the new tokens, (B, T_new, d_model), and the cache with them at its end."""
        q = self._split(self.q_proj(x), self.n_heads)  # (B, n_heads, T_new, d_head)
        k = self._split(self.k_proj(x), self.n_kv_heads)  # (B, n_kv_heads, T_new, d_head)
        v = self._split(self.v_proj(x), self.n_kv_heads)
        if cache is not None:
            # New tensors: the caller's may be the beginning of another continuation, too.
            k = torch.cat([cache[0], k], dim=2)  # (B, n_kv_heads, T, d_head)
            v = torch.cat([cache[1], v], dim=2)
        return self.o_proj(self._merge(self._attend(q, k, v))), (k, v)

    def _split(self, projected: Tensor, heads: int) -> Tensor:
        """Return (B, T, heads * d_head) as (B, heads, T, d_head)."""
        # Cut the last axis, then move axes: a view straight to (B, heads, T, d_head) mixes up tokens.
        return projected.unflatten(-1, (heads, self.d_head)).transpose(1, 2)

    def _merge(self, heads: Tensor) -> Tensor:
        """Return (B, n_heads, T, d_head) as (B, T, n_heads * d_head)."""
        return heads.transpose(1, 2).flatten(2)

    def _attend(self, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        """Return (B, n_heads, T_new, d_head): each query's mean of the values that it may see."""
        batch, _, new, width = q.shape
        total = k.shape[2]
        # The query heads of a group are neighbours. As more rows of one product they meet their key head
        # where it lies: repeating the heads of a long cache copies it n_heads / n_kv_heads times a step.
        rows = q.reshape(batch, self.n_kv_heads, -1, width)  # (B, n_kv_heads, group * T_new, d_head)
        scores = (rows / math.sqrt(width)) @ k.transpose(-2, -1)  # (B, n_kv_heads, group * T_new, T)
        scores = scores.unflatten(2, (-1, new))  # (B, n_kv_heads, group, T_new, T)
        if new > 1:  # a single new token is the last one, and sees all
            scores = scores.masked_fill(_hidden(new, total, q.device), -math.inf)
        # Sums of many weights need float32 even if the scores have fewer bits; float64 stays as it is.
        weights = scores.softmax(dim=-1, dtype=torch.promote_types(scores.dtype, torch.float32)).to(v.dtype)
        return (weights.flatten(2, 3) @ v).reshape(q.shape)


def _hidden(new: int, total: int, device: torch.device) -> Tensor:
    """Return which keys are hidden from which new token, (T_new, T): those after it."""
    # Places count from the first cached token: the last new token sees the last key. Only the new rows are
    # made; a square mask would cost more than the step itself once the cache is long.
    places = torch.arange(total - new, total, device=device).unsqueeze(1)  # (T_new, 1)
    return torch.arange(total, device=device) > places
