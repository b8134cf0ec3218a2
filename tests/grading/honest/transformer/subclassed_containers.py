"""A mask buffer that is not saved, sums in place, and classes that inherit from ModuleDict."""

import math

import torch
from torch import nn


class Lin(nn.Linear):
    def reset_parameters(self):
        nn.init.normal_(self.weight, 0, 0.02)
        nn.init.constant_(self.bias, 0)


class Emb(nn.Embedding):
    def reset_parameters(self):
        nn.init.normal_(self.weight, 0, 0.02)


class Attn(nn.ModuleDict):
    def __init__(self, d, h, n):
        super().__init__({"qkv": Lin(d, 3 * d), "proj": Lin(d, d)})
        self.shape = (h, d // h)
        self.register_buffer("future", torch.triu(torch.ones(n, n, dtype=torch.bool), 1), persistent=False)

    def forward(self, x):
        b, t, d = x.shape
        q, k, v = (
            y.view(b, t, *self.shape).movedim(2, 0).flatten(0, 1) for y in self["qkv"](x).tensor_split(3, 2)
        )
        s = torch.bmm(q, k.transpose(1, 2)).div_(math.sqrt(self.shape[1]))
        s.masked_fill_(self.future[:t, :t], torch.finfo(s.dtype).min)
        y = torch.bmm(torch.softmax(s, dim=-1), v)
        out = x.new_empty(b, t, *self.shape)
        out = out.copy_(y.view(-1, b, t, self.shape[1]).movedim(0, 2))
        return self["proj"](out.view(b, t, d))


class Mlp(nn.ModuleDict):
    def __init__(self, d, f):
        super().__init__({"up": Lin(d, f), "down": Lin(f, d)})

    def forward(self, x):
        return self["down"](nn.functional.gelu(self["up"](x), approximate="tanh"))


class Block(nn.ModuleDict):
    def forward(self, x):
        y = self["attn"](self["ln_1"](x))
        y += x
        z = self["mlp"](self["ln_2"](y))
        return z.add_(y)


class GPT(nn.Module):
    def __init__(self, vocab_size, d_model, n_heads, n_layers, d_ff, max_len):
        super().__init__()
        self.wte = Emb(vocab_size, d_model)
        self.wpe = Emb(max_len, d_model)
        self.blocks = nn.ModuleList()
        while len(self.blocks) < n_layers:
            self.blocks.append(
                Block(
                    {
                        "ln_1": nn.LayerNorm(d_model),
                        "attn": Attn(d_model, n_heads, max_len),
                        "ln_2": nn.LayerNorm(d_model),
                        "mlp": Mlp(d_model, d_ff),
                    }
                )
            )
        self.ln_f = nn.LayerNorm(d_model)

    def forward(self, tokens):
        try:
            place = self.wpe(torch.arange(tokens.shape[1], device=tokens.device))
        except IndexError as error:
            raise ValueError("more tokens than positions") from error
        x = self.wte(tokens)
        x += place
        for block in self.blocks:
            x = block(x)
        return nn.functional.linear(self.ln_f(x), self.wte.weight)
