"""A decoder-only language model of GPT-2's build, small enough to be read in one go.

One stream of vectors, (B, T, d_model), runs from the embeddings to the head. Every block adds two corrections
to it, one that mixes positions (attention), one that works on each position alone (the feed-forward layer):

    x = wte[tokens] + wpe[0 .. T - 1]
    for each block:
        x = x + attention(norm(x))          pre-norm: the norm is inside the branch, the stream itself is
        x = x + feed_forward(norm(x))       never normalised on its way up
    logits = norm(x) @ wte^T                hence one more norm at the end; the head is the embedding again

Sources:
    Radford, Wu, Child, Luan, Amodei, Sutskever, Language Models are Unsupervised Multitask Learners, 2019,
    and the code published with it, openai/gpt-2, src/model.py: pre-norm, the norm after the last block, tanh
    GELU, epsilon 1e-5, the tied head. Press and Wolf, Using the Output Embedding to Improve Language Models,
    2017.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional


class CausalSelfAttention(nn.Module):
    """Each position averages the values of itself and of those before it."""

    def __init__(self, d_model: int, n_heads: int) -> None:
        super().__init__()
        self.n_heads = n_heads
        self.qkv = nn.Linear(d_model, 3 * d_model)  # rows: all queries, then all keys, then all values
        self.proj = nn.Linear(d_model, d_model)

    def forward(self, x: Tensor) -> Tensor:
        """Return what attention adds to the stream, (B, T, d_model) as `x`."""
        batch, length, d_model = x.shape
        width = d_model // self.n_heads
        # Split the last axis into heads first, then bring the heads forward: a view to (B, H, T, width) at
        # once would cut across tokens.
        q, k, v = (
            part.view(batch, length, self.n_heads, width).transpose(1, 2)  # (B, H, T, width)
            for part in self.qkv(x).chunk(3, dim=-1)
        )
        scores = q @ k.transpose(-2, -1) / math.sqrt(width)  # (B, H, T, T): row = query, column = key
        future = torch.ones(length, length, dtype=torch.bool, device=x.device).triu(1)
        # Before the softmax, so that no future is in its denominator; minus infinity, so that the weight is
        # zero whatever the other scores are. The diagonal stays visible, and so no row is empty.
        weights = scores.masked_fill(future, -math.inf).softmax(dim=-1)
        heads = weights @ v  # (B, H, T, width)
        return self.proj(heads.transpose(1, 2).reshape(batch, length, d_model))


class FeedForward(nn.Module):
    """The same two-layer network at each position."""

    def __init__(self, d_model: int, d_ff: int) -> None:
        super().__init__()
        self.up = nn.Linear(d_model, d_ff)
        self.down = nn.Linear(d_ff, d_model)

    def forward(self, x: Tensor) -> Tensor:
        """Return what the layer adds to the stream, (B, T, d_model) as `x`."""
        return self.down(functional.gelu(self.up(x), approximate="tanh"))


class Block(nn.Module):
    """Attention and feed-forward layer, each with a norm in front and a sum behind."""

    def __init__(self, d_model: int, n_heads: int, d_ff: int) -> None:
        super().__init__()
        self.ln_1 = nn.LayerNorm(d_model, eps=1e-5)
        self.attn = CausalSelfAttention(d_model, n_heads)
        self.ln_2 = nn.LayerNorm(d_model, eps=1e-5)
        self.mlp = FeedForward(d_model, d_ff)

    def forward(self, x: Tensor) -> Tensor:
        """Return the stream after the block, (B, T, d_model) as `x`."""
        x = x + self.attn(self.ln_1(x))  # what is added to is x itself, not its norm
        return x + self.mlp(self.ln_2(x))


class GPT(nn.Module):
    """Predicts at each position the next token from those up to it."""

    def __init__(
        self, vocab_size: int, d_model: int, n_heads: int, n_layers: int, d_ff: int, max_len: int
    ) -> None:
        super().__init__()
        self.wte = nn.Embedding(vocab_size, d_model)
        self.wpe = nn.Embedding(max_len, d_model)
        # A ModuleList registers its modules, a plain list would hide them; and each is a block of its own.
        self.blocks = nn.ModuleList(Block(d_model, n_heads, d_ff) for _ in range(n_layers))
        self.ln_f = nn.LayerNorm(d_model, eps=1e-5)
        self.apply(self._initialise)

    @staticmethod
    def _initialise(module: nn.Module) -> None:
        # torch draws embeddings with a standard deviation of 1. As a head they would give logits of the size
        # sqrt(d_model), and a first loss far above that of a uniform guess, log(vocab_size).
        if isinstance(module, nn.Linear | nn.Embedding):
            nn.init.normal_(module.weight, std=0.02)
        if isinstance(module, nn.Linear):
            nn.init.zeros_(module.bias)

    def forward(self, tokens: Tensor) -> Tensor:
        """Return the logits (B, T, vocab_size) for the tokens (B, T) that follow those of `tokens`."""
        length = tokens.shape[1]
        if length > self.wpe.num_embeddings:
            raise ValueError(f"{length} tokens, but there are positions for {self.wpe.num_embeddings}")
        positions = torch.arange(length, device=tokens.device)
        x = self.wte(tokens) + self.wpe(positions)  # (B, T, d_model) + (T, d_model)
        for block in self.blocks:
            x = block(x)
        # The head has no parameter of its own: one matrix reads tokens in and out, and gets both gradients.
        return functional.linear(self.ln_f(x), self.wte.weight)
