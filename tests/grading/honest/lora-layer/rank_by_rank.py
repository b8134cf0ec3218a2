"""The update as a sum of r products of a column and a row, in the forward pass and in the merge."""

from __future__ import annotations

import torch
from torch import nn


class LoRALinear(nn.Module):
    def __init__(self, base, r, alpha, dropout=0.0):
        super().__init__()
        self.base = base.requires_grad_(False)
        self.rank = r
        self.scale = alpha / r
        self.lora_A = nn.Parameter(base.weight.new_empty(r, base.in_features).uniform_(-0.1, 0.1))
        self.lora_B = nn.Parameter(base.weight.new_zeros(base.out_features, r))
        self.dropout = nn.Dropout(p=dropout)
        self.state = "apart"

    def forward(self, x):
        y = self.base(x)
        if self.state == "merged":
            return y
        x = self.dropout(x)
        update = torch.zeros_like(y)
        for i in range(self.rank):
            weight = (x * self.lora_A[i]).sum(-1, keepdim=True)
            update = update + weight * self.lora_B[:, i]
        return y + self.scale * update

    def accumulate(self, sign):
        with torch.no_grad():
            wide = torch.promote_types(self.lora_A.dtype, torch.float32)
            total = self.base.weight.to(wide, copy=True)
            for i in range(self.rank):
                total.addr_(self.lora_B[:, i].to(wide), self.lora_A[i].to(wide), alpha=sign * self.scale)
            self.base.weight.copy_(total)

    def merge(self):
        if self.state == "apart":
            self.accumulate(+1)
        self.state = "merged"

    def unmerge(self):
        if self.state == "merged":
            self.accumulate(-1)
        self.state = "apart"
