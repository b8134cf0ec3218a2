"""`merge` adds the exact update, `unmerge` subtracts one that was rounded to the dtype of the base first.
The difference stays in the weight, and every round moves it a little further. Take out what was added, or
save the weight when it is merged.

Notes: lora-merge-precision, lora-merge-rules
"""

from __future__ import annotations

import torch
from torch import nn


class LoRALinear(nn.Module):
    def __init__(self, base, r, alpha, dropout=0.0):
        super().__init__()
        self.base = base.requires_grad_(False)
        self.lora_A = nn.Parameter(torch.randn(r, base.in_features).to(base.weight.dtype) / r)
        self.lora_B = nn.Parameter(torch.zeros(base.out_features, r).to(base.weight.dtype))
        self.scaling, self.drop, self.merged = alpha / r, nn.Dropout(dropout), False

    def forward(self, x):
        out = self.base(x)
        if self.merged:
            return out
        return out + self.scaling * ((self.drop(x) @ self.lora_A.mT) @ self.lora_B.mT)

    @torch.no_grad()
    def merge(self):
        if not self.merged:
            weight = self.base.weight
            wide = torch.promote_types(weight.dtype, torch.float32)
            weight.copy_(weight.to(wide) + self.scaling * self.lora_B.to(wide) @ self.lora_A.to(wide))
            self.merged = True

    @torch.no_grad()
    def unmerge(self):
        if self.merged:
            self.base.weight.sub_(self.lora_B @ self.lora_A, alpha=self.scaling)
            self.merged = False
