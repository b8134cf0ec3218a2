"""One head after another, their outputs concatenated; every layer is a plain nn module, the mask a buffer."""

from __future__ import annotations

import torch
from torch import nn


class Attention(nn.Module):
    def __init__(self, d_model, n_heads, max_len):
        super().__init__()
        self.n_heads = n_heads
        self.qkv = nn.Linear(d_model, 3 * d_model)
        self.proj = nn.Linear(d_model, d_model)
        hidden = torch.full((max_len, max_len), float("-inf")).triu(1)
        self.register_buffer("hidden", hidden, persistent=False)

    def forward(self, x):
        T, D = x.size(1), x.size(2)
        n = D // self.n_heads
        qkv = self.qkv(x)
        outputs = []
        for h in range(self.n_heads):
            q = qkv[:, :, h * n : (h + 1) * n]
            k = qkv[:, :, D + h * n : D + (h + 1) * n]
            v = qkv[:, :, 2 * D + h * n : 2 * D + (h + 1) * n]
            scores = torch.bmm(q, k.mT) * n**-0.5 + self.hidden[:T, :T]
            outputs.append(torch.bmm(torch.softmax(scores, 2), v))
        return self.proj(torch.cat(outputs, 2))


class Block(nn.Module):
    def __init__(self, d_model, n_heads, d_ff, max_len):
        super().__init__()
        self.ln_1 = nn.LayerNorm(d_model)
        self.ln_2 = nn.LayerNorm(d_model)
        self.attn = Attention(d_model, n_heads, max_len)
        self.mlp = nn.ModuleDict({"up": nn.Linear(d_model, d_ff), "down": nn.Linear(d_ff, d_model)})
        self.act = nn.GELU(approximate="tanh")

    def forward(self, x):
        x = self.attn(self.ln_1(x)).add(x)
        return self.mlp["down"](self.act(self.mlp["up"](self.ln_2(x)))).add(x)


class GPT(nn.Module):
    def __init__(self, vocab_size, d_model, n_heads, n_layers, d_ff, max_len):
        super().__init__()
        self.max_len = max_len
        self.wte = nn.Embedding(vocab_size, d_model)
        self.wpe = nn.Embedding(max_len, d_model)
        self.blocks = nn.Sequential(*(Block(d_model, n_heads, d_ff, max_len) for _ in range(n_layers)))
        self.ln_f = nn.LayerNorm(d_model)
        for name, parameter in self.named_parameters():
            if parameter.dim() == 2:
                nn.init.normal_(parameter, 0.0, 0.02)
            elif "ln" not in name:
                nn.init.zeros_(parameter)

    def forward(self, tokens):
        T = tokens.size(1)
        if self.max_len < T:
            raise ValueError(f"at most {self.max_len} tokens, not {T}")
        x = self.wte(tokens) + self.wpe.weight[:T]
        return self.ln_f(self.blocks(x)) @ self.wte.weight.t()
