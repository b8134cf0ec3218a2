"""No layer of torch at all: empty modules hold bare parameters, einsum computes everything."""

from __future__ import annotations

import math

import torch
from torch import einsum, nn


def leaf(**shapes):
    module = nn.Module()
    for name, shape in shapes.items():
        if isinstance(shape, tuple):
            value = torch.randn(shape) * 0.02
        else:
            value = torch.zeros(abs(shape)) if shape > 0 else torch.ones(-shape)
        module.register_parameter(name, nn.Parameter(value))
    return module


def group(**modules):
    parent = nn.Module()
    for name, module in modules.items():
        parent.add_module(name, module)
    return parent


def linear(x, p):
    return einsum("bti,oi->bto", x, p.weight) + p.bias


def norm(x, p):
    centred = x - x.mean(-1, keepdim=True)
    return centred / (centred.square().mean(-1, keepdim=True) + 1e-5).sqrt() * p.weight + p.bias


def gelu(x):
    return 0.5 * x * (1.0 + torch.tanh(math.sqrt(2.0 / math.pi) * (x + 0.044715 * x**3)))


class GPT(nn.Module):
    def __init__(self, vocab_size, d_model, n_heads, n_layers, d_ff, max_len):
        super().__init__()
        D = d_model
        self.n_heads, self.max_len = n_heads, max_len
        self.wte, self.wpe = leaf(weight=(vocab_size, D)), leaf(weight=(max_len, D))
        self.blocks = nn.Module()
        for i in range(n_layers):
            block = group(
                ln_1=leaf(weight=-D, bias=D),
                attn=group(qkv=leaf(weight=(3 * D, D), bias=3 * D), proj=leaf(weight=(D, D), bias=D)),
                ln_2=leaf(weight=-D, bias=D),
                mlp=group(up=leaf(weight=(d_ff, D), bias=d_ff), down=leaf(weight=(D, d_ff), bias=D)),
            )
            self.blocks.add_module(str(i), block)
        self.ln_f = leaf(weight=-D, bias=D)

    def forward(self, tokens):
        B, T = tokens.shape
        if self.max_len < T:
            raise ValueError("too long")
        x = self.wte.weight[tokens] + self.wpe.weight[None, :T]
        order = torch.arange(T)
        for block in self.blocks.children():
            qkv = linear(norm(x, block.ln_1), block.attn.qkv).reshape(B, T, 3, self.n_heads, -1)
            q, k, v = qkv.unbind(2)
            s = einsum("bihc,bjhc->bhij", q, k) / math.sqrt(q.shape[-1])
            s = torch.where(order[:, None] >= order, s, -torch.inf)
            w = torch.exp(s - s.amax(-1, keepdim=True))
            w = w / w.sum(-1, keepdim=True)
            y = einsum("bhij,bjhc->bihc", w, v).flatten(2)
            x = x + linear(y, block.attn.proj)
            x = x + linear(gelu(linear(norm(x, block.ln_2), block.mlp.up)), block.mlp.down)
        return einsum("btd,vd->btv", norm(x, self.ln_f), self.wte.weight)
