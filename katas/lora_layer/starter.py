"""LoRA: a frozen linear layer with a trained update of low rank, which can be merged into its weight."""

from __future__ import annotations

import torch
from torch import nn


class LoRALinear(nn.Module):
    """The layer `base`, frozen, plus (alpha / r) B A.

    Args:
        base: The layer to adapt, weight (out, in); kept under the attribute `base`, itself and not a copy.
        r: Rank of the update, at least 1; it may be larger than in or out.
        alpha: The update is scaled by alpha / r; an int or a float.
        dropout: Share of the adapter's inputs that is dropped in training, 0 <= dropout < 1.

    Parameters of its own: `lora_A` (r, in), random; `lora_B` (out, r), zero.
    """

    def __init__(self, base: nn.Linear, r: int, alpha: float, dropout: float = 0.0) -> None:
        super().__init__()
        raise NotImplementedError

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the output (..., out) for `x` (..., in)."""
        raise NotImplementedError

    def merge(self) -> None:
        """Add the update to the base weight; does nothing if it is there already."""
        raise NotImplementedError

    def unmerge(self) -> None:
        """Take the update out of the base weight; does nothing if it is not there."""
        raise NotImplementedError
