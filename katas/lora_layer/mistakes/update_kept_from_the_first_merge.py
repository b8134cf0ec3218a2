"""The scaled product B A is computed at the first merge and kept for all later ones. After more training, or
with the next customer's adapter, the forward pass follows A and B, but merging adds the old update.

Notes: lora-merge-rules
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn.functional import linear


class LoRALinear(nn.Module):
    def __init__(self, base, r, alpha, dropout=0.0):
        super().__init__()
        self.base = base.requires_grad_(False)
        self.lora_A = nn.Parameter(torch.randn(r, base.in_features, dtype=base.weight.dtype) * 0.1)
        self.lora_B = nn.Parameter(torch.zeros(base.out_features, r, dtype=base.weight.dtype))
        self.scaling = alpha / r
        self.dropout = nn.Dropout(dropout)
        self.merged = False
        self.kept = None

    @property
    def update(self):
        if self.kept is None:
            wide = torch.promote_types(self.lora_A.dtype, torch.float32)
            self.kept = self.scaling * self.lora_B.detach().to(wide) @ self.lora_A.detach().to(wide)
        return self.kept

    def forward(self, x):
        y = self.base(x)
        return (
            y if self.merged else y + self.scaling * linear(linear(self.dropout(x), self.lora_A), self.lora_B)
        )

    @torch.no_grad()
    def merge(self):
        if not self.merged:
            self.base.weight.copy_(self.base.weight + self.update)
            self.merged = True

    @torch.no_grad()
    def unmerge(self):
        if self.merged:
            self.base.weight.copy_(self.base.weight - self.update)
            self.merged = False
