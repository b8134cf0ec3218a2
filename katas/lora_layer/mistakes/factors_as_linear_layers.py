"""A and B are `nn.Linear` modules, so the state dict says `lora_A.weight`. Here they are parameters of the
layer itself, with the keys `lora_A` and `lora_B`; adapters that were saved under these names could not be
loaded.

Notes: lora-frozen-flag, lora-initialisation
"""

from __future__ import annotations

import torch
from torch import nn


class LoRALinear(nn.Module):
    def __init__(self, base, r, alpha, dropout=0.0):
        super().__init__()
        self.base = base
        for parameter in base.parameters():
            parameter.requires_grad = False
        kind = {"dtype": base.weight.dtype, "device": base.weight.device}
        self.lora_A = nn.Linear(base.in_features, r, bias=False, **kind)
        self.lora_B = nn.Linear(r, base.out_features, bias=False, **kind)
        nn.init.zeros_(self.lora_B.weight)
        self.scaling = alpha / r
        self.dropout = nn.Dropout(dropout)
        self.merged = False

    def forward(self, x):
        y = self.base(x)
        if self.merged:
            return y
        return y + self.scaling * self.lora_B(self.lora_A(self.dropout(x)))

    def update(self):
        wide = torch.promote_types(self.base.weight.dtype, torch.float32)
        return self.scaling * (self.lora_B.weight.to(wide) @ self.lora_A.weight.to(wide))

    @torch.no_grad()
    def merge(self):
        if not self.merged:
            self.base.weight.copy_(self.base.weight + self.update())
            self.merged = True

    @torch.no_grad()
    def unmerge(self):
        if self.merged:
            self.base.weight.copy_(self.base.weight - self.update())
            self.merged = False
