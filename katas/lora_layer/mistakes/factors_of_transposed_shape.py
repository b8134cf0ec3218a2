"""A is (in, r) and B (r, out), ready for x A B. Here they are (r, in) and (out, r), as in the paper and in
saved adapters, so that B A has the shape of the weight.

Notes: lora-forward
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
        self.lora_A = nn.Parameter(torch.empty(base.in_features, r, **kind))
        self.lora_B = nn.Parameter(torch.zeros(r, base.out_features, **kind))
        nn.init.kaiming_uniform_(self.lora_A, a=math.sqrt(5))
        self.scaling = alpha / r
        self.dropout = nn.Dropout(dropout)
        self.merged = False

    def forward(self, x):
        y = self.base(x)
        if self.merged:
            return y
        return y + self.scaling * (self.dropout(x) @ self.lora_A @ self.lora_B)

    def update(self):
        wide = torch.promote_types(self.base.weight.dtype, torch.float32)
        return self.scaling * (self.lora_A.to(wide) @ self.lora_B.to(wide)).T

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
