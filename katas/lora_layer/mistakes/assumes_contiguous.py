"""The input is flattened by `view`, which cannot join axes that do not lie side by side in memory, as after a
transpose. `reshape` copies where it has to; `linear` needs neither.

Notes: lora-drop-in-contract
"""

from __future__ import annotations

import math

import torch
from torch import nn


class LoRALinear(nn.Module):
    def __init__(self, base, r, alpha, dropout=0.0):
        super().__init__()
        self.base = base
        for parameter in base.parameters():
            parameter.requires_grad = False
        kind = {"dtype": base.weight.dtype, "device": base.weight.device}
        self.lora_A = nn.Parameter(torch.empty(r, base.in_features, **kind))
        self.lora_B = nn.Parameter(torch.zeros(base.out_features, r, **kind))
        nn.init.kaiming_uniform_(self.lora_A, a=math.sqrt(5))
        self.scaling = alpha / r
        self.dropout = nn.Dropout(dropout)
        self.merged = False

    def forward(self, x):
        y = self.base(x)
        if self.merged:
            return y
        rows = self.dropout(x).view(math.prod(x.shape[:-1]), x.shape[-1])
        update = self.scaling * (rows @ self.lora_A.T @ self.lora_B.T)
        return y + update.view(y.shape)

    def update(self):
        wide = torch.promote_types(self.base.weight.dtype, torch.float32)
        return self.scaling * (self.lora_B.to(wide) @ self.lora_A.to(wide))

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
