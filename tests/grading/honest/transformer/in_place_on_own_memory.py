"""Adds in place where autograd permits it, and takes sequences one at a time."""

from __future__ import annotations

import math

import torch
from torch import nn
from torch.nn import functional


class Block(nn.Module):
    def __init__(self, d_model, n_heads, d_ff):
        super().__init__()
        self.ln_1, self.ln_2 = nn.LayerNorm(d_model), nn.LayerNorm(d_model)
        self.attn = nn.ModuleDict(dict(qkv=nn.Linear(d_model, 3 * d_model), proj=nn.Linear(d_model, d_model)))
        self.mlp = nn.ModuleDict(dict(up=nn.Linear(d_model, d_ff), down=nn.Linear(d_ff, d_model)))
        self.n_heads = n_heads

    def forward(self, x):  # (T, D)
        T, D = x.shape
        qkv = self.attn["qkv"](self.ln_1(x)).view(T, 3, self.n_heads, D // self.n_heads).permute(1, 2, 0, 3)
        q, k, v = qkv[0] / math.sqrt(D // self.n_heads), qkv[1], qkv[2]
        scores = q @ k.transpose(1, 2)
        scores += torch.zeros(T, T, dtype=x.dtype).masked_fill_(
            torch.ones(T, T, dtype=torch.bool).triu_(1), -math.inf
        )
        y = self.attn["proj"]((scores.softmax(2) @ v).permute(1, 0, 2).reshape(T, D))
        y += x
        z = self.mlp["down"](functional.gelu(self.mlp["up"](self.ln_2(y)), approximate="tanh"))
        z += y
        return z


class GPT(nn.Module):
    def __init__(self, vocab_size, d_model, n_heads, n_layers, d_ff, max_len):
        super().__init__()
        self.wte = nn.Embedding(vocab_size, d_model)
        self.wpe = nn.Embedding(max_len, d_model)
        self.blocks = nn.ModuleList(Block(d_model, n_heads, d_ff) for _ in range(n_layers))
        self.ln_f = nn.LayerNorm(d_model)
        for module in self.modules():
            match module:
                case nn.Linear():
                    nn.init.normal_(module.weight, std=0.02)
                    nn.init.zeros_(module.bias)
                case nn.Embedding():
                    nn.init.normal_(module.weight, std=0.02)

    def forward(self, tokens):
        if tokens.shape[1] > self.wpe.weight.shape[0]:
            raise ValueError("too many tokens")
        return torch.stack([self.one(row) for row in tokens.unbind(0)])

    def one(self, row):
        x = self.wte(row) + self.wpe.weight[: len(row)]
        for block in self.blocks:
            x = block(x)
        return functional.linear(self.ln_f(x), self.wte.weight)
