"""The weight of the base is frozen, its bias is not. The base is frozen as a whole: an adapter without its
bias could not be put on another copy of the model, and `unmerge` could not bring the old layer back.

Notes: lora-frozen-flag
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional


class LoRALinear(nn.Module):
    def __init__(self, base, r, alpha, dropout=0.0):
        super().__init__()
        self.base = base
        self.base.weight.requires_grad_(False)
        self.r, self.alpha, self.p = r, alpha, dropout
        like = base.weight.data
        self.lora_A = nn.Parameter(torch.randn(r, base.in_features).to(like) / r)
        self.lora_B = nn.Parameter(torch.zeros(base.out_features, r).to(like))
        self.is_merged = False

    def forward(self, x):
        out = self.base(x)
        if not self.is_merged:
            dropped = functional.dropout(x, self.p, self.training)
            out = out + self.alpha / self.r * (dropped @ self.lora_A.T @ self.lora_B.T)
        return out

    def delta(self):
        wide = torch.promote_types(self.lora_A.dtype, torch.float32)
        return self.alpha / self.r * (self.lora_B.data.to(wide) @ self.lora_A.data.to(wide))

    def merge(self):
        if self.is_merged:
            return
        weight = self.base.weight.data
        weight.copy_(weight + self.delta())
        self.is_merged = True

    def unmerge(self):
        if not self.is_merged:
            return
        weight = self.base.weight.data
        weight.copy_(weight - self.delta())
        self.is_merged = False
