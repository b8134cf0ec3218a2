"""A frozen parameter replaces the weight at every merge; the flag is a buffer that no state dict holds."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn


class LoRALinear(nn.Module):
    def __init__(self, base: nn.Linear, r: int, alpha: float, dropout: float = 0.0):
        super().__init__()
        base.weight.requires_grad = False
        if base.bias is not None:
            base.bias.requires_grad = False
        self.add_module("base", base)
        a = torch.empty((r, base.in_features), dtype=base.weight.dtype, device=base.weight.device)
        self.register_parameter("lora_A", nn.Parameter(nn.init.normal_(a, std=0.02)))
        self.register_parameter("lora_B", nn.Parameter(base.weight.new_zeros((base.out_features, r))))
        self.register_buffer("merged", torch.tensor(False), persistent=False)
        self.r, self.alpha = r, alpha
        self.drop = nn.Dropout(dropout) if dropout > 0 else nn.Identity()

    def forward(self, x):
        out = F.linear(x, self.base.weight, self.base.bias)
        if bool(self.merged):
            return out
        return out + (self.drop(x) @ self.lora_A.t() @ self.lora_B.t()) * self.alpha / self.r

    def _shift(self, sign):
        weight = self.base.weight.detach().to(torch.float64)
        ba = self.lora_B.detach().to(torch.float64) @ self.lora_A.detach().to(torch.float64)
        shifted = (weight + sign * self.alpha / self.r * ba).to(self.base.weight.dtype)
        self.base.weight = nn.Parameter(shifted, requires_grad=False)

    def merge(self):
        if not self.merged:
            self._shift(1)
            self.merged.fill_(True)

    def unmerge(self):
        if self.merged:
            self._shift(-1)
            self.merged.fill_(False)
