"""Einsum, a mask of its own for dropout, and the weight of before saved while the layer is merged."""

from __future__ import annotations

import torch
from torch import einsum, nn


class LoRALinear(nn.Module):
    def __init__(self, base, r, alpha, dropout=0.0):
        super().__init__()
        self.base = base
        for p in self.base.parameters():
            p.requires_grad = False
        w = base.weight
        std = base.in_features**-0.5
        self.lora_A = nn.Parameter(torch.randn(r, base.in_features, dtype=w.dtype, device=w.device) * std)
        self.lora_B = nn.Parameter(torch.zeros(base.out_features, r, dtype=w.dtype, device=w.device))
        self.factor = float(alpha) / float(r)
        self.keep = 1.0 - dropout
        self.saved = None

    def forward(self, x):
        if self.saved is not None:
            return self.base(x)
        z = x
        if self.training and self.keep < 1:
            z = torch.where(torch.rand(x.shape) < self.keep, x / self.keep, torch.zeros_like(x))
        return self.base(x) + self.factor * einsum("...i,ri,or->...o", z, self.lora_A, self.lora_B)

    def merge(self):
        if self.saved is None:
            w = self.base.weight.data
            self.saved = w.clone()
            delta = einsum("or,ri->oi", self.lora_B.detach().double(), self.lora_A.detach().double())
            w.copy_(w.double() + self.factor * delta)

    def unmerge(self):
        if self.saved is not None:
            self.base.weight.data.copy_(self.saved)
            self.saved = None
