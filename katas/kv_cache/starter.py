"""Causal attention with a key-value cache."""

from __future__ import annotations

import torch
from torch import nn

Cache = tuple[torch.Tensor, torch.Tensor]


class CachedAttention(nn.Module):
    """Causal multi-head attention that continues from the keys and values of earlier tokens.

    Args:
        d_model: Width of a token.
        n_heads: Query heads; d_head is d_model / n_heads.
        n_kv_heads: Key and value heads, which divides n_heads; None for as many as query heads.
    """

    def __init__(self, d_model: int, n_heads: int, n_kv_heads: int | None = None) -> None:
        super().__init__()
        raise NotImplementedError

    def forward(self, x: torch.Tensor, cache: Cache | None = None) -> tuple[torch.Tensor, Cache]:
        """Return the outputs of the new tokens, and the cache that holds all tokens so far.

        Args:
            x: The new tokens only, (B, T_new, d_model).
            cache: Keys and values of the tokens before them, each (B, n_kv_heads, T, d_head); None for none.

        Returns:
            The outputs, (B, T_new, d_model), and keys and values, each (B, n_kv_heads, T + T_new, d_head).
        """
        raise NotImplementedError
