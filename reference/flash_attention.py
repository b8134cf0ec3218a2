"""FlashAttention's forward pass in plain PyTorch: exact attention that never holds a whole score matrix.

A softmax needs its whole row, or so it seems: the largest score for safety, and the sum of the exponentials.
Milakov and Gimelshein (2018) keep both as running values and correct what came before whenever a larger score
turns up. Dao et al. (2022) carry the weighted sum of the values along in the same way. The scores of a tile
are then used once and forgotten, so memory grows with the length of the sequences instead of its square.

For the keys seen so far a query row keeps

    row_max    the largest score                          m = max_j s_j
    row_sum    the softmax's denominator, relative to m   l = sum_j exp(s_j - m)
    out        its numerator, relative to m               o = sum_j exp(s_j - m) v_j

The factor exp(-m) is in both sums, so o / l is exact whatever m is; m only keeps exp within range.

Sources:
    Dao, Fu, Ermon, Rudra, Ré, FlashAttention: Fast and Memory-Efficient Exact Attention with IO-Awareness,
    2022, arXiv 2205.14135. Milakov, Gimelshein, Online normalizer calculation for softmax, 2018, arXiv
    1805.02867. As in FlashAttention-2 (Dao, 2023, arXiv 2307.08691), queries are the outer loop and the
    division comes last.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor


def flash_attention(q: Tensor, k: Tensor, v: Tensor, *, causal: bool = False, block_size: int = 64) -> Tensor:
    """Return attention of `q` (B, H, Sq, D) over `k` (B, H, Sk, D) and `v` (B, H, Sk, Dv): (B, H, Sq, Dv).

    With `causal`, query i sees the keys j <= i + Sk - Sq; a query that sees none gives zeros.
    """
    # Sums of many terms need float32 even if the inputs have fewer bits; float64 stays as it is.
    wide = torch.promote_types(q.dtype, torch.float32)
    blocks = [
        _attend(q[:, :, start : start + block_size].to(wide), k, v, _visible(q, k, start, causal), block_size)
        for start in range(0, q.shape[2], block_size)
    ]
    return torch.cat(blocks, dim=2).to(q.dtype)


def _visible(q: Tensor, k: Tensor, start: int, causal: bool) -> int | None:
    """Return how many keys query `start` sees, each later one seeing one more; None if all see all.

    Below zero it says how many of the queries from `start` on see none.
    """
    # The last query sees the last key: a chunk of new queries comes after the keys of a cache.
    return start + 1 + k.shape[2] - q.shape[2] if causal else None


def _attend(q: Tensor, k: Tensor, v: Tensor, visible: int | None, block_size: int) -> Tensor:
    """Return the output (B, H, R, Dv) of one block of R query rows, `q` (B, H, R, D) in the wide type."""
    batch, heads, rows, width = q.shape
    n_keys = k.shape[2]
    # Scaling the queries costs R * D products a block, scaling the scores R * Sk. It makes a new tensor:
    # `q *= ...` would write into the caller's.
    q = q * (1 / math.sqrt(width))
    row_max = q.new_full((batch, heads, rows, 1), -math.inf)
    row_sum = q.new_zeros((batch, heads, rows, 1))
    out = q.new_zeros((batch, heads, rows, v.shape[3]))

    # The block's last row sees the most: tiles that are hidden from it are hidden from all, and skipped.
    end = n_keys if visible is None else min(n_keys, visible + rows - 1)
    for start in range(0, end, block_size):
        k_tile = k[:, :, start : start + block_size].to(q.dtype)  # (B, H, C, D), C smaller in the last one
        v_tile = v[:, :, start : start + block_size].to(q.dtype)  # (B, H, C, Dv)
        scores = q @ k_tile.transpose(-2, -1)  # (B, H, R, C)
        if visible is not None and start + k_tile.shape[2] > visible:
            scores = scores.masked_fill(_hidden(scores, start, visible), -math.inf)

        # The result does not depend on the maximum, so neither does its gradient: leave it out of the graph.
        new_max = torch.maximum(row_max, scores.detach().amax(dim=-1, keepdim=True))
        # As long as a row has seen nothing its maximum is -inf, and -inf - -inf is NaN: any finite number
        # will do in its place.
        pivot = new_max.masked_fill(new_max == -math.inf, 0.0)
        weights = torch.exp(scores - pivot)  # (B, H, R, C), each at most 1
        correction = torch.exp(row_max - pivot)  # (B, H, R, 1), at most 1; 0 for the first tile
        row_sum = correction * row_sum + weights.sum(dim=-1, keepdim=True)
        out = correction * out + weights @ v_tile
        row_max = new_max

    # Once, after the last tile. A row without keys is 0 / 1; replacing the NaN of 0 / 0 afterwards would give
    # the right zeros and NaN gradients.
    return out / row_sum.masked_fill(row_sum == 0.0, 1.0)


def _hidden(scores: Tensor, start: int, visible: int) -> Tensor:
    """Return which scores (R, C) of the tile from key `start` on are hidden; row 0 sees `visible` keys."""
    rows = torch.arange(scores.shape[2], device=scores.device).unsqueeze(1)  # (R, 1)
    keys = torch.arange(start, start + scores.shape[3], device=scores.device)  # (C,)
    return keys >= visible + rows
