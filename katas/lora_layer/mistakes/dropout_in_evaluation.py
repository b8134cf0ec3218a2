"""Inputs are dropped in evaluation mode too. The function `dropout` drops unless it is told otherwise: its
`training` is True by default. Pass `self.training`, or use `nn.Dropout`, which follows train() and eval().

Notes: lora-dropout-value
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
        if self.base.bias is not None:
            self.base.bias.requires_grad_(False)
        self.r, self.alpha, self.p = r, alpha, dropout
        like = base.weight.data
        self.lora_A = nn.Parameter(torch.randn(r, base.in_features).to(like) / r)
        self.lora_B = nn.Parameter(torch.zeros(base.out_features, r).to(like))
        self.is_merged = False

    def forward(self, x):
        out = self.base(x)
        if not self.is_merged:
            dropped = functional.dropout(x, self.p)
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
