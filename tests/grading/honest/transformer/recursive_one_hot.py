"""Embeddings as products with one-hot rows, layers by recursion, the mask as a logarithm."""

from __future__ import annotations

import torch
from torch import nn


class Attn(nn.Module):
    def __init__(self, d_model, n_heads):
        super().__init__()
        self.n_heads = n_heads
        self.qkv = nn.Linear(d_model, 3 * d_model)
        self.proj = nn.Linear(d_model, d_model)

    def forward(self, x):
        q, k, v = self.qkv(x).tensor_split(3, dim=-1)
        q, k, v = (part.unflatten(-1, (self.n_heads, -1)).movedim(2, 1) for part in (q, k, v))
        logits = torch.matmul(q, k.movedim(-1, -2)).div(q.size(-1) ** 0.5)
        # exp(-inf) = 0: the mask is a logarithm of the permitted weights.
        log_mask = torch.ones_like(logits[0, 0]).tril().log()
        weights = (logits + log_mask).log_softmax(-1).exp()
        return self.proj((weights @ v).movedim(1, 2).flatten(-2))


class Feed(nn.Module):
    def __init__(self, d_model, d_ff):
        super().__init__()
        self.up = nn.Linear(d_model, d_ff)
        self.down = nn.Linear(d_ff, d_model)

    def forward(self, x):
        return self.down(nn.functional.gelu(self.up(x), approximate="tanh"))


class Residual(nn.Module):
    def __init__(self, d_model, n_heads, d_ff):
        super().__init__()
        self.mlp = Feed(d_model, d_ff)
        self.ln_2 = nn.LayerNorm((d_model,), eps=1e-5)
        self.attn = Attn(d_model, n_heads)
        self.ln_1 = nn.LayerNorm((d_model,), eps=1e-5)


class GPT(nn.Module):
    def __init__(self, vocab_size, d_model, n_heads, n_layers, d_ff, max_len):
        super().__init__()
        self.ln_f = nn.LayerNorm(d_model)
        self.blocks = nn.ModuleList([Residual(d_model, n_heads, d_ff) for _ in range(n_layers)])
        self.wpe = nn.Embedding.from_pretrained(torch.empty(max_len, d_model), freeze=False)
        self.wte = nn.Embedding.from_pretrained(torch.empty(vocab_size, d_model), freeze=False)
        self.reset()

    def reset(self):
        for key, value in self.named_parameters():
            if value.ndim > 1:
                value.data = torch.normal(0.0, 0.02, value.shape)
            elif key.endswith("bias"):
                value.data.fill_(0.0)

    def run(self, x, depth):
        if depth == 0:
            return x
        block = self.blocks[depth - 1]
        x = self.run(x, depth - 1)
        x = x + block.attn(block.ln_1(x))
        return x + block.mlp(block.ln_2(x))

    def forward(self, tokens):
        n_tokens, n_places = self.wte.num_embeddings, self.wpe.num_embeddings
        if tokens.size(-1) > n_places:
            raise ValueError("the sequence is longer than the table of positions")
        table = self.wte.weight
        x = nn.functional.one_hot(tokens, n_tokens).to(table.dtype) @ table
        x = x + (torch.eye(n_places, dtype=table.dtype) @ self.wpe.weight)[: tokens.size(-1)]
        return torch.tensordot(self.ln_f(self.run(x, len(self.blocks))), table, dims=([2], [1]))
