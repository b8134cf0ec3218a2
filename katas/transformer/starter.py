"""A small GPT: pre-norm blocks, learned positions, a head tied to the token embedding."""

from __future__ import annotations

import torch
from torch import nn


class GPT(nn.Module):
    """A decoder-only transformer; the prompt lists the keys and shapes of its state dict."""

    def __init__(
        self, vocab_size: int, d_model: int, n_heads: int, n_layers: int, d_ff: int, max_len: int
    ) -> None:
        """Make the layers and initialise them.

        Args:
            vocab_size: Number of tokens.
            d_model: Width of the stream, a multiple of `n_heads`.
            n_heads: Heads of each attention.
            n_layers: Number of blocks.
            d_ff: Inner width of the feed-forward layers.
            max_len: Number of positions.
        """
        super().__init__()
        raise NotImplementedError

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        """Return the logits of the next tokens.

        Args:
            tokens: Token ids, (B, T), int64, T from 1 to max_len.

        Returns:
            Logits, (B, T, vocab_size).
        """
        raise NotImplementedError
