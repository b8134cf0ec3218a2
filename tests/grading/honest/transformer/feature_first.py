"""The stream as (B, d_model, T), linear layers as products from the left, a negative number as mask."""

from __future__ import annotations

import torch
import torch.nn as nn
import torch.nn.functional as F


class Linear(nn.Linear):
    def reset_parameters(self):
        nn.init.normal_(self.weight, std=0.02)
        nn.init.constant_(self.bias, 0.0)

    def forward(self, x):
        return self.weight @ x + self.bias[:, None]


class Table(nn.Embedding):
    def reset_parameters(self):
        nn.init.normal_(self.weight, std=0.02)


class Norm(nn.LayerNorm):
    def forward(self, x):
        var, mean = torch.var_mean(x, dim=1, correction=0, keepdim=True)
        return (x - mean) * torch.rsqrt(var + self.eps) * self.weight[:, None] + self.bias[:, None]


class Attention(nn.Module):
    def __init__(self, d_model, n_heads):
        super().__init__()
        self.n_heads = n_heads
        self.qkv = Linear(d_model, 3 * d_model)
        self.proj = Linear(d_model, d_model)

    def forward(self, x):
        B, D, T = x.shape
        q, k, v = self.qkv(x).reshape(B, 3, self.n_heads, D // self.n_heads, T).unbind(1)  # (B, H, width, T)
        scores = k.transpose(2, 3) @ q / (D // self.n_heads) ** 0.5  # row = key, column = query
        future = torch.ones(T, T, dtype=torch.bool).tril(-1)
        weights = scores.masked_fill(future, -1e30).softmax(dim=2)
        return self.proj((v @ weights).reshape(B, D, T))


class MLP(nn.Sequential):
    def __init__(self, d_model, d_ff):
        super().__init__()
        self.up = Linear(d_model, d_ff)
        self.act = nn.GELU("tanh")
        self.down = Linear(d_ff, d_model)


class Block(nn.Module):
    def __init__(self, d_model, n_heads, d_ff):
        super().__init__()
        self.ln_1 = Norm(d_model)
        self.attn = Attention(d_model, n_heads)
        self.ln_2 = Norm(d_model)
        self.mlp = MLP(d_model, d_ff)

    def forward(self, x):
        for norm, branch in ((self.ln_1, self.attn), (self.ln_2, self.mlp)):
            x = x + branch(norm(x))
        return x


class GPT(nn.Module):
    def __init__(self, vocab_size, d_model, n_heads, n_layers, d_ff, max_len):
        super().__init__()
        self.wte = Table(vocab_size, d_model)
        self.wpe = Table(max_len, d_model)
        self.blocks = nn.Sequential(*[Block(d_model, n_heads, d_ff) for _ in range(n_layers)])
        self.ln_f = Norm(d_model)

    def forward(self, tokens):
        T = tokens.shape[1]
        if not 0 < T <= self.wpe.num_embeddings:
            raise ValueError(f"cannot place {T} tokens")
        x = F.embedding(tokens, self.wte.weight).add(self.wpe(torch.arange(T))).transpose(1, 2)
        return (self.wte.weight @ self.ln_f(self.blocks(x))).transpose(1, 2)
