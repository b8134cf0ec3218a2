"""Everything in float64 inside, the logits in the dtype of the weights; heads folded into the batch."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn


def affine(layer, x):
    return F.linear(x, layer.weight.double(), layer.bias.double())


def normed(layer, x):
    return F.layer_norm(x, (x.shape[-1],), layer.weight.double(), layer.bias.double(), layer.eps)


class SelfAttention(nn.Module):
    def __init__(self, d_model, n_heads):
        super().__init__()
        self.qkv, self.proj, self.n_heads = (
            nn.Linear(d_model, d_model * 3),
            nn.Linear(d_model, d_model),
            n_heads,
        )

    def forward(self, x):
        B, T, D = x.shape
        H = self.n_heads
        parts = affine(self.qkv, x).view(B, T, 3 * H, D // H).permute(2, 0, 1, 3)  # (3H, B, T, width)
        q, k, v = (part.reshape(H * B, T, D // H) for part in parts.chunk(3))
        scores = torch.baddbmm(q.new_zeros(1, T, T), q, k.transpose(1, 2), alpha=(D // H) ** -0.5)
        scores.masked_fill_(torch.ones(T, T).triu(1).bool(), torch.finfo(scores.dtype).min)
        y = scores.softmax(-1).bmm(v)
        return affine(self.proj, y.view(H, B, T, -1).permute(1, 2, 0, 3).reshape(B, T, D))


class Mlp(nn.Module):
    def __init__(self, d_model, d_ff):
        super().__init__()
        self.up, self.down = nn.Linear(d_model, d_ff), nn.Linear(d_ff, d_model)

    def forward(self, x):
        return affine(self.down, F.gelu(affine(self.up, x), approximate="tanh"))


class Layer(nn.Module):
    def __init__(self, d_model, n_heads, d_ff):
        super().__init__()
        self.ln_1, self.attn = nn.LayerNorm(d_model), SelfAttention(d_model, n_heads)
        self.ln_2, self.mlp = nn.LayerNorm(d_model), Mlp(d_model, d_ff)

    def forward(self, x):
        x = x + self.attn(normed(self.ln_1, x))
        return x + self.mlp(normed(self.ln_2, x))


class GPT(nn.Module):
    def __init__(self, vocab_size, d_model, n_heads, n_layers, d_ff, max_len):
        super().__init__()
        self.wte, self.wpe = nn.Embedding(vocab_size, d_model), nn.Embedding(max_len, d_model)
        self.blocks = nn.ModuleList()
        for _ in range(n_layers):
            self.blocks.append(Layer(d_model, n_heads, d_ff))
        self.ln_f = nn.LayerNorm(d_model)
        with torch.no_grad():
            for module in self.modules():
                if isinstance(module, nn.Embedding | nn.Linear):
                    module.weight.normal_(std=0.02)
                if isinstance(module, nn.Linear):
                    module.bias.zero_()

    def forward(self, tokens):
        length, most = tokens.shape[1], len(self.wpe.weight)
        if length > most:
            raise ValueError(f"{length} > {most}")
        table = self.wte.weight.double()
        x = F.embedding(tokens, table) + self.wpe.weight[:length].double()
        for layer in self.blocks:
            x = layer(x)
        return (normed(self.ln_f, x) @ table.T).to(self.wte.weight.dtype)
