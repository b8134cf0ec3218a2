"""Rows flattened, half precision computed in float32 throughout, the merge in pieces of the weight."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn.functional import dropout as drop


class LoRALinear(nn.Module):
    PIECE = 2

    def __init__(self, base, r, alpha, dropout=0.0):
        super().__init__()
        self.base = base
        self.base.requires_grad_(False)
        self.p = dropout
        self.ratio = alpha / r
        out_features, in_features = base.weight.size()
        self.lora_A = nn.Parameter((torch.rand(r, in_features) - 0.5).to(base.weight))
        self.lora_B = nn.Parameter(torch.zeros(out_features, r).to(base.weight))
        self.in_weight = False

    def forward(self, x):
        y = self.base(x)
        if self.in_weight:
            return y
        wide = torch.promote_types(x.dtype, torch.float32)
        rows = drop(x, p=self.p, training=self.training).reshape(-1, x.size(-1)).to(wide)
        thin = torch.mm(rows, self.lora_A.to(wide).mul(self.ratio).t())
        update = (
            torch.mm(thin, self.lora_B.to(wide).t()).reshape(*x.shape[:-1], -1) if rows.numel() else 0 * y
        )
        return (y.to(wide) + update).to(x.dtype)

    def merge(self):
        if not self.in_weight:
            self.apply_update(self.ratio)
            self.in_weight = True

    def unmerge(self):
        if self.in_weight:
            self.apply_update(-self.ratio)
            self.in_weight = False

    def apply_update(self, ratio):
        with torch.inference_mode():
            wide = torch.promote_types(self.lora_A.dtype, torch.float32)
            for start in range(0, self.base.out_features, self.PIECE):
                piece = slice(start, start + self.PIECE)
                rows = self.base.weight[piece]
                update = ratio * (self.lora_B[piece].to(wide) @ self.lora_A.to(wide))
                rows.copy_(rows.to(wide) + update)
