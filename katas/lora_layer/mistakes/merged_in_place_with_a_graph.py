"""`self.base.weight += ...` changes the weight under autograd's eyes and then assigns it to the module again,
which PyTorch refuses: by then it is the result of A and B. Merge under `torch.no_grad()`.

Notes: lora-merge-graph
"""

from __future__ import annotations

import math

import torch
from torch import nn
from torch.nn import functional


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
        hidden = functional.linear(self.dropout(x), self.lora_A)
        return y + self.scaling * functional.linear(hidden, self.lora_B)

    def update(self):
        wide = torch.promote_types(self.base.weight.dtype, torch.float32)
        return self.scaling * (self.lora_B.to(wide) @ self.lora_A.to(wide))

    def merge(self):
        if not self.merged:
            self.base.weight += self.update()
            self.merged = True

    def unmerge(self):
        if self.merged:
            self.base.weight -= self.update()
            self.merged = False
