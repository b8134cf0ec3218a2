"""An autograd function for the adapter, which keeps the thin product for the backward pass."""

from __future__ import annotations

import torch
from torch import nn


class Update(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, a, b, scale):
        hidden = x.matmul(a.t())
        ctx.save_for_backward(x, a, b, hidden)
        ctx.scale = scale
        return hidden.matmul(b.t()).mul(scale)

    @staticmethod
    def backward(ctx, g):
        x, a, b, hidden = ctx.saved_tensors
        g = g * ctx.scale
        g_hidden = g.matmul(b)
        rows = g_hidden.reshape(-1, a.shape[0])
        g_a = rows.t().matmul(x.reshape(-1, a.shape[1]))
        g_b = g.reshape(-1, b.shape[0]).t().matmul(hidden.reshape(-1, a.shape[0]))
        return g_hidden.matmul(a), g_a, g_b, None


class LoRALinear(nn.Module):
    def __init__(self, base, r, alpha, dropout=0.0):
        super().__init__()
        self.base, self.alpha, self.r, self.p = base, alpha, r, dropout
        base.requires_grad_(False)
        like = {"dtype": base.weight.dtype, "device": base.weight.device}
        self.lora_A = nn.Parameter(torch.nn.init.xavier_normal_(torch.empty(r, base.in_features, **like)))
        self.lora_B = nn.Parameter(torch.zeros(base.out_features, r, **like))
        self._merges = 0

    def forward(self, x):
        out = self.base(x)
        if self._merges:
            return out
        if self.p and self.training:
            mask = torch.empty_like(x).bernoulli_(1 - self.p).div_(1 - self.p)
            x = x * mask
        return out + Update.apply(x, self.lora_A, self.lora_B, self.alpha / self.r)

    def merge(self):
        if self._merges == 0:
            self._change(self.alpha / self.r)
            self._merges = 1

    def unmerge(self):
        if self._merges == 1:
            self._change(-self.alpha / self.r)
            self._merges = 0

    @torch.no_grad()
    def _change(self, factor):
        weight = self.base.weight
        wide = torch.float64 if weight.dtype is torch.float64 else torch.float32
        product = torch.addmm(weight.to(wide), self.lora_B.to(wide), self.lora_A.to(wide), alpha=factor)
        weight.data = product.to(weight.dtype)
