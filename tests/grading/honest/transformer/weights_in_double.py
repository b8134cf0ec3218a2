"""All weights converted to float64 in each call, a softmax by hand, recursion over the blocks."""

import torch
import torch.nn as nn
import torch.nn.functional as F


def bag(**kw):
    m = nn.Module()
    for k, v in kw.items():
        setattr(m, k, v)
    return m


class GPT(nn.Module):
    def __init__(self, vocab_size, d_model, n_heads, n_layers, d_ff, max_len):
        super().__init__()
        L = nn.Linear
        self.wte, self.wpe = nn.Embedding(vocab_size, d_model), nn.Embedding(max_len, d_model)
        self.blocks = nn.ModuleList(
            bag(
                ln_1=nn.LayerNorm(d_model),
                attn=bag(qkv=L(d_model, 3 * d_model), proj=L(d_model, d_model)),
                ln_2=nn.LayerNorm(d_model),
                mlp=bag(up=L(d_model, d_ff), down=L(d_ff, d_model)),
            )
            for _ in range(n_layers)
        )
        self.ln_f = nn.LayerNorm(d_model)
        self.heads = n_heads
        with torch.no_grad():
            for p in self.parameters():
                if p.ndim == 2:
                    p.normal_().mul_(0.02)
            for m in self.modules():
                if isinstance(m, L):
                    m.bias.zero_()

    def forward(self, tokens):
        T, D = tokens.shape[1], self.wte.embedding_dim
        if self.wpe.num_embeddings < T:
            raise ValueError("too many tokens")

        def W(p):
            return p.double()

        def ln(m, x):
            return F.layer_norm(x, [D], W(m.weight), W(m.bias))

        def lin(m, x):
            return F.linear(x, W(m.weight), W(m.bias))

        see = torch.ones(T, T, dtype=torch.bool).tril()

        def run(x, i):
            if i == len(self.blocks):
                return ln(self.ln_f, x)
            b = self.blocks[i]
            q, k, v = (
                lin(b.attn.qkv, ln(b.ln_1, x))
                .view(-1, T, 3, self.heads, D // self.heads)
                .permute(2, 0, 3, 1, 4)
            )
            s = torch.baddbmm(
                torch.zeros((), dtype=x.dtype),
                q.reshape(-1, T, D // self.heads),
                k.reshape(-1, T, D // self.heads).mT,
                beta=0,
                alpha=(D // self.heads) ** -0.5,
            )
            s = s.view(-1, self.heads, T, T)
            top = s.masked_fill(~see, -torch.inf).amax(-1, keepdim=True).detach()
            e = torch.exp((s - top).masked_fill(~see, -torch.inf))
            y = (e / e.sum(-1, keepdim=True)) @ v
            x = x + lin(b.attn.proj, y.transpose(1, 2).reshape(-1, T, D))
            return run(x + lin(b.mlp.down, F.gelu(lin(b.mlp.up, ln(b.ln_2, x)), approximate="tanh")), i + 1)

        x = W(self.wte.weight)[tokens] + W(self.wpe.weight)[:T]
        return (run(x, 0) @ W(self.wte.weight).T).to(self.wte.weight.dtype)
