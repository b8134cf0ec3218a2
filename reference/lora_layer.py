"""LoRA around a linear layer: a frozen weight, a trained update of low rank, and folding one into the other.

Fine-tuning changes a weight matrix W by some dW of the same shape. Hu et al. (2021) leave W as it is and
train dW as a product of two thin factors:

    y = x W^T + b + (alpha / r) x A^T B^T        A (r, in) random, B (out, r) zero

    trained parameters   r (in + out) instead of in * out
    at the start         B = 0, so the layer gives what it gave before; A is not zero, so B gets a gradient
    alpha / r            the size of the update for a given alpha, about the same when r is changed
    for serving          W + (alpha / r) B A is a matrix like any other: the adapter costs nothing more

The product B A has the shape of W. It is only formed when it is merged: in the forward pass two thin
products, r (in + out) multiplications a token, do the same.

Sources:
    Hu, Shen, Wallis, Allen-Zhu, Li, Wang, Wang, Chen, LoRA: Low-Rank Adaptation of Large Language Models,
    2021, arXiv 2106.09685. The authors' layer (microsoft/LoRA, loralib/layers.py) draws A as nn.Linear draws
    its weight.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class LoRALinear(nn.Module):
    """A frozen `torch.nn.Linear` with a trained update of rank `r`, which can be merged into its weight."""

    def __init__(self, base: nn.Linear, r: int, alpha: float, dropout: float = 0.0) -> None:
        super().__init__()
        # The layer itself, not a copy: a model's weights are large, and others may hold this one. On a
        # module it is requires_grad_() that reaches the parameters, bias included; `base.requires_grad =
        # False` is a new attribute that nobody reads.
        self.base = base.requires_grad_(False)
        weight = base.weight  # (out, in)
        out_features, in_features = weight.shape
        # new_... takes over dtype and device of the base: bfloat16 times float32 is an error.
        self.lora_A = nn.Parameter(weight.new_empty(r, in_features))
        self.lora_B = nn.Parameter(weight.new_zeros(out_features, r))
        # One factor is zero, so nothing changes at first. The other must not be: the gradient of B is a
        # product with A and that of A one with B, so two zeros would stay zeros for ever.
        nn.init.kaiming_uniform_(self.lora_A, a=math.sqrt(5))
        self.scaling = alpha / r
        self.dropout = nn.Dropout(dropout)  # in training only; scales what it keeps by 1 / (1 - dropout)
        self.merged = False

    def forward(self, x: Tensor) -> Tensor:
        """Return the output (..., out) for `x` (..., in)."""
        # Not under no_grad: the base weight is frozen, but what lies before this layer learns through it.
        y = self.base(x)
        if self.merged:
            return y  # the weight has the update already
        hidden = F.linear(self.dropout(x), self.lora_A)  # (..., r); the base has seen x undropped
        return y + F.linear(self.scaling * hidden, self.lora_B)  # r numbers are scaled, not out

    def merge(self) -> None:
        """Fold the update into the base weight; a second time does nothing."""
        if not self.merged:
            self._add_to_base(1.0)
            self.merged = True

    def unmerge(self) -> None:
        """Take the update out again; does nothing to a layer that is not merged."""
        if self.merged:
            self._add_to_base(-1.0)
            self.merged = False

    @torch.no_grad()  # else the frozen weight would become part of a graph that leads to A and B
    def _add_to_base(self, sign: float) -> None:
        weight = self.base.weight
        # Products and sum in at least float32, one rounding at the end: in bfloat16 the update would be
        # rounded before it is added, and where it cancels the weight, that error is all that is left.
        wide = torch.promote_types(weight.dtype, torch.float32)
        update = self.scaling * (self.lora_B.to(wide) @ self.lora_A.to(wide))  # (out, r) (r, in) -> (out, in)
        # Written into the parameter that is there: whoever holds it, holds the merged one. Subtracting
        # leaves a rounding or two; a saved copy would be exact and take the memory of a second weight.
        weight.copy_(weight.to(wide) + sign * update)
