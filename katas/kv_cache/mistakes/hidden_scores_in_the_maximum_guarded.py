"""Your softmax subtracts the maximum of all scores of a row, hidden ones too, and hides afterwards. Where a
hidden score is far above the visible ones, their exponentials are all zero; the small number that guards your
division then makes an output of zeros. Hide first; then take the maximum of what is left.

Notes: softmax-overflow, causal-mask-where
"""

from __future__ import annotations

import torch
from torch import nn


def masked_softmax(s, keep):
    """Return weights that are zero where `keep` is."""
    e = torch.exp(s - s.max(dim=-1, keepdim=True).values)
    e = e * keep
    return e / e.sum(dim=-1, keepdim=True).clamp(min=1e-9)


class CachedAttention(nn.Module):
    """Causal attention with a cache."""

    def __init__(self, d_model, n_heads, n_kv_heads=None):
        super().__init__()
        self.H = n_heads
        self.K = n_kv_heads or n_heads
        self.D = d_model // n_heads
        self.q_proj = nn.Linear(d_model, self.H * self.D, bias=False)
        self.k_proj = nn.Linear(d_model, self.K * self.D, bias=False)
        self.v_proj = nn.Linear(d_model, self.K * self.D, bias=False)
        self.o_proj = nn.Linear(self.H * self.D, d_model, bias=False)

    def forward(self, x, cache=None):
        """Return the outputs of the new tokens and the cache."""
        B, T, _ = x.shape
        q = self.q_proj(x).reshape(B, T, self.H, self.D).permute(0, 2, 1, 3)
        k = self.k_proj(x).reshape(B, T, self.K, self.D).permute(0, 2, 1, 3)
        v = self.v_proj(x).reshape(B, T, self.K, self.D).permute(0, 2, 1, 3)
        if cache is not None:
            k = torch.cat([cache[0], k], 2)
            v = torch.cat([cache[1], v], 2)
        S = k.shape[2]
        r = self.H // self.K
        s = q @ k.repeat_interleave(r, 1).mT / self.D**0.5
        keep = torch.ones(T, S, device=x.device, dtype=x.dtype).tril(S - T)
        y = masked_softmax(s, keep) @ v.repeat_interleave(r, 1)
        return self.o_proj(y.permute(0, 2, 1, 3).reshape(B, T, -1)), (k, v)
