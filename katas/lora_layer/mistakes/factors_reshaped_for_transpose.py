"""The factors are brought into shape by `view` or `reshape`. That relabels the numbers in the order in which
they lie in memory; it does not transpose. x A^T needs `A.T`.

Notes: lora-forward, lora-parameter-count-layer
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
        down = self.lora_A.view(self.base.in_features, -1)
        up = self.lora_B.view(-1, self.base.out_features)
        return y + self.scaling * (self.dropout(x) @ down @ up)

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
