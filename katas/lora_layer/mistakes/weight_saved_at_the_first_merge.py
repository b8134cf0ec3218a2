"""The weight that `unmerge` brings back is saved at the first merge only. When another weight is loaded later
and merged, `unmerge` brings the first one back. Save it at every merge, or subtract the update.

Notes: lora-merge-rules, lora-base-identity
"""

from __future__ import annotations

import torch
from torch import nn


class LoRALinear(nn.Module):
    def __init__(self, base, r, alpha, dropout=0.0):
        super().__init__()
        self.base = base
        for parameter in base.parameters():
            parameter.requires_grad_(False)
        self.lora_A = nn.Parameter(torch.rand(r, base.in_features, dtype=base.weight.dtype) - 0.5)
        self.lora_B = nn.Parameter(torch.zeros(base.out_features, r, dtype=base.weight.dtype))
        self.scaling = alpha / r
        self.drop = nn.Dropout(dropout)
        self.original = None
        self.merged = False

    def forward(self, x):
        if self.merged:
            return self.base(x)
        return self.base(x) + self.drop(x) @ self.lora_A.T @ self.lora_B.T * self.scaling

    def merge(self):
        if self.merged:
            return
        with torch.no_grad():
            weight = self.base.weight
            if self.original is None:
                self.original = weight.clone()
            wide = torch.promote_types(weight.dtype, torch.float32)
            update = self.lora_B.to(wide) @ self.lora_A.to(wide) * self.scaling
            weight.copy_(self.original.to(wide) + update)
        self.merged = True

    def unmerge(self):
        if self.merged:
            with torch.no_grad():
                self.base.weight.copy_(self.original)
            self.merged = False
