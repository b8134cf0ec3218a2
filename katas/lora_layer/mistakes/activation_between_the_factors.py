"""Your adapter looks bent: something non-linear stands between A and B, as in a bottleneck adapter. LoRA's
update is the matrix B A, which is why it can be merged into the weight; with an activation it is none.

Notes: lora-forward, lora-merge-rules
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn


class LoRALinear(nn.Module):
    def __init__(self, base, r, alpha, dropout=0.0):
        super().__init__()
        self.base = base
        for p in self.base.parameters():
            p.requires_grad = False
        w = base.weight
        self.scaling = alpha / r
        self.lora_A = nn.Parameter(torch.empty(r, base.in_features, dtype=w.dtype, device=w.device))
        self.lora_B = nn.Parameter(torch.zeros(base.out_features, r, dtype=w.dtype, device=w.device))
        nn.init.kaiming_uniform_(self.lora_A, a=5**0.5)
        self.drop = nn.Dropout(dropout)
        self.merged = False

    def forward(self, x):
        out = self.base(x)
        if self.merged:
            return out
        hidden = F.relu(F.linear(self.drop(x), self.lora_A))
        return out + self.scaling * F.linear(hidden, self.lora_B)

    def _delta(self):
        acc = torch.promote_types(self.base.weight.dtype, torch.float32)
        return self.scaling * (self.lora_B.to(acc) @ self.lora_A.to(acc)), acc

    @torch.no_grad()
    def merge(self):
        if not self.merged:
            d, acc = self._delta()
            self.base.weight.copy_(self.base.weight.to(acc) + d)
            self.merged = True

    @torch.no_grad()
    def unmerge(self):
        if self.merged:
            d, acc = self._delta()
            self.base.weight.copy_(self.base.weight.to(acc) - d)
            self.merged = False
