"""Normalised outputs of blocks, merged by their log-sum-exp as in decoding over a split cache."""

from __future__ import annotations

import torch


def flash_attention(q, k, v, *, causal=False, block_size=64):
    wide = torch.promote_types(q.dtype, torch.float32)
    n_queries, n_keys = q.shape[2], k.shape[2]
    position = torch.arange(n_queries) + n_keys - n_queries
    blocks = []
    for i in range(0, n_queries, block_size):
        out, lse = None, None
        q_i = q[:, :, i : i + block_size].to(wide) / q.shape[3] ** 0.5
        for j in range(0, n_keys, block_size):
            scores = torch.matmul(q_i, k[:, :, j : j + block_size].to(wide).transpose(2, 3))
            if causal:
                keys = torch.arange(j, min(j + block_size, n_keys))
                # About exp(-1e30) of nothing: finite, so that rows without keys have gradients, too.
                scores = scores.masked_fill(keys > position[i : i + block_size, None], -1e30)
            block_lse = torch.logsumexp(scores, -1, keepdim=True)
            block_out = scores.softmax(-1) @ v[:, :, j : j + block_size].to(wide)
            if out is None:
                out, lse = block_out, block_lse
            else:
                both = torch.logaddexp(lse, block_lse)
                out = (lse - both).exp() * out + (block_lse - both).exp() * block_out
                lse = both
        blocks.append(out)
    result = torch.cat(blocks, 2)
    if causal:
        result = result.masked_fill((position < 0).unsqueeze(1), 0.0)
    return result.to(q.dtype)
