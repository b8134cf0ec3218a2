"""Rows and addmm, other axes by calling itself; the weights of before lie on a stack."""

from __future__ import annotations

import torch


class LoRALinear(torch.nn.Module):
    def __init__(self, base, r, alpha, dropout=0.0):
        super().__init__()
        base.requires_grad_(False)
        self.base, self.scale, self.p = base, alpha / r, dropout
        make = base.weight.new_empty
        self.register_parameter("lora_A", torch.nn.Parameter(make(r, base.in_features).uniform_(-0.3, 0.3)))
        self.register_parameter("lora_B", torch.nn.Parameter(make(base.out_features, r).zero_()))
        self.stack = []

    def forward(self, x):
        if x.dim() != 2:
            leading, inputs = x.shape[:-1], x.shape[-1]
            return self.forward(x.reshape(leading.numel(), inputs)).reshape(*leading, self.base.out_features)
        y = self.base(x)
        if self.stack:
            return y
        return torch.addmm(
            y, torch.dropout(x, self.p, self.training) @ self.lora_A.t(), self.lora_B.t(), alpha=self.scale
        )

    def merge(self):
        if not self.stack:
            w = self.base.weight.data
            self.stack.append(w.clone())
            w.copy_(w.double().addmm(self.lora_B.data.double(), self.lora_A.data.double(), alpha=self.scale))

    def unmerge(self):
        while self.stack:
            self.base.weight.data.copy_(self.stack.pop())
