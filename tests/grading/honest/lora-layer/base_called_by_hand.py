"""One state object for both ways to run, chosen at merge; the mask is drawn by bernoulli."""

from __future__ import annotations

import math

import torch
from torch import nn
from torch.nn import functional


class LoRALinear(nn.Module):
    def __init__(self, base, r, alpha, dropout=0.0):
        super().__init__()
        self.base = base
        for _, parameter in base.named_parameters():
            parameter.requires_grad_(False)
        kind = dict(dtype=base.weight.dtype, device=base.weight.device)
        bound = math.sqrt(3 / base.in_features)
        self.lora_A = nn.Parameter(torch.empty(r, base.in_features, **kind).uniform_(-bound, bound))
        self.lora_B = nn.Parameter(torch.zeros(base.out_features, r, **kind))
        self.r = r
        self.alpha = alpha
        self.rate = dropout
        self.run = self.apart

    def apart(self, x):
        seen = x
        if self.training and self.rate:
            seen = x * torch.bernoulli(torch.full_like(x, 1 - self.rate)) / (1 - self.rate)
        low = functional.linear(seen, self.lora_A) / self.r
        return self.base(x).add(functional.linear(low, self.lora_B), alpha=self.alpha)

    def together(self, x):
        return functional.linear(x, self.base.weight, self.base.bias)

    def forward(self, x):
        return self.run(x)

    @property
    def is_merged(self):
        return self.run == self.together

    def update(self):
        b, a = (f.detach().to(torch.promote_types(f.dtype, torch.float)) for f in (self.lora_B, self.lora_A))
        return b.mul(self.alpha) @ a.div(self.r)

    def merge(self):
        if not self.is_merged:
            weight = self.base.weight
            weight.data = (weight.data + self.update()).to(weight.dtype)
            self.run = self.together

    def unmerge(self):
        if self.is_merged:
            weight = self.base.weight
            weight.data = (weight.data - self.update()).to(weight.dtype)
            self.run = self.apart
