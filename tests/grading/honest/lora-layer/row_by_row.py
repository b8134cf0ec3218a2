"""Merging goes through the rows of the weight; alpha and r are never divided by each other."""

from __future__ import annotations

import torch
from torch import nn


class LoRALinear(nn.Module):
    def __init__(self, base, r, alpha, dropout=0.0):
        super().__init__()
        self.base = base
        for p in base.parameters():
            p.requires_grad = False
        self.r, self.alpha = r, alpha
        self.drop = nn.Dropout(dropout)
        self.lora_A = nn.Parameter(
            torch.stack([torch.randn(base.in_features, dtype=base.weight.dtype) for _ in range(r)])
        )
        self.lora_B = nn.Parameter(torch.zeros(base.out_features, r, dtype=base.weight.dtype))
        self.merged = False

    def forward(self, x):
        out = self.base(x)
        if self.merged:
            return out
        low = nn.functional.linear(self.drop(x), self.lora_A)
        return out + nn.functional.linear(low, self.lora_B).mul(self.alpha).div(self.r)

    def _add(self, sign):
        wide = torch.promote_types(self.base.weight.dtype, torch.float32)
        with torch.no_grad():
            a = self.lora_A.to(wide)
            for row, b in zip(self.base.weight, self.lora_B.to(wide), strict=True):
                row.copy_(row.to(wide) + sign * self.alpha * (b @ a) / self.r)

    def merge(self):
        if not self.merged:
            self._add(1)
        self.merged = True

    def unmerge(self):
        if self.merged:
            self._add(-1)
        self.merged = False
