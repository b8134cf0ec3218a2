"""FlashAttention's forward and backward pass by hand: exact gradients that never hold a whole weight matrix.

Autograd would keep the weights of every tile for the backward pass, which is the matrix of queries times
keys again. Dao et al. (2022) keep the output and a statistic of each query row instead, and compute the tiles
a second time:

    S = scale * Q K^T        scores; -inf where a key is hidden
    lse_i = log sum_j exp(S_ij)
    P_ij = exp(S_ij - lse_i)     the weights, normalised at once, whichever tile one looks at
    O = P V

With dO, the gradient of the output, the chain rule goes backwards through these lines:

    dV = P^T dO
    dP = dO V^T
    dS_ij = P_ij (dP_ij - delta_i)     the softmax; delta_i = sum_j P_ij dP_ij
    dQ = scale * dS K
    dK = scale * dS^T Q

delta is a sum over all keys, which a tile does not have. But P_i . dP_i = P_i . (V dO_i) = (P_i V) . dO_i,
the product of the output row with its gradient: known before the first tile.

Sources:
    Dao, Fu, Ermon, Rudra, Ré, FlashAttention: Fast and Memory-Efficient Exact Attention with IO-Awareness,
    2022, arXiv 2205.14135. Dao, FlashAttention-2: Faster Attention with Better Parallelism and Work
    Partitioning, 2023, arXiv 2307.08691: one statistic a row instead of two, and in the backward pass the
    blocks of keys as the outer loop.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor


def flash_attention_forward(
    q: Tensor, k: Tensor, v: Tensor, *, causal: bool = False, block_size: int = 64
) -> tuple[Tensor, Tensor]:
    """Return the output (B, H, Sq, Dv) and the log-sum-exp of the scores (B, H, Sq).

    `q` is (B, H, Sq, D), `k` (B, H, Sk, D), `v` (B, H, Sk, Dv). With `causal`, query i sees the keys
    j <= i + Sk - Sq; a query that sees none gives zeros and -inf.
    """
    # Sums of many terms need float32 even if the inputs have fewer bits; float64 stays as it is.
    wide = torch.promote_types(q.dtype, torch.float32)
    out = q.new_zeros((*q.shape[:3], v.shape[3]), dtype=wide)
    lse = q.new_zeros(q.shape[:3], dtype=wide)
    offset = k.shape[2] - q.shape[2]  # the last query sees the last key
    for row in range(0, q.shape[2], block_size):
        rows = slice(row, min(row + block_size, q.shape[2]))  # R of them
        row_max = q.new_full((*q.shape[:2], rows.stop - row, 1), -math.inf, dtype=wide)
        row_sum = torch.zeros_like(row_max)
        total = out[:, :, rows]  # a view: what is added arrives in `out`
        # Keys behind those of the block's last row are hidden from all of it.
        end = min(k.shape[2], rows.stop + offset) if causal else k.shape[2]
        for column in range(0, end, block_size):
            columns = slice(column, min(column + block_size, k.shape[2]))  # C of them
            scores = _scores(q, k, rows, columns, causal)  # (B, H, R, C)
            new_max = torch.maximum(row_max, scores.amax(dim=-1, keepdim=True))
            # A row that has seen nothing: -inf - -inf is NaN, minus any finite number is -inf.
            pivot = new_max.masked_fill(new_max == -math.inf, 0.0)
            weights = torch.exp(scores - pivot)
            correction = torch.exp(row_max - pivot)
            row_sum = correction * row_sum + weights.sum(dim=-1, keepdim=True)
            total.mul_(correction).add_(weights @ v[:, :, columns].to(wide))
            row_max = new_max
        total.div_(row_sum.masked_fill(row_sum == 0.0, 1.0))
        # log 0 is -inf, and so is the maximum of no scores: rows without keys need nothing special here.
        lse[:, :, rows] = (row_max + row_sum.log()).squeeze(-1)
    return out.to(q.dtype), lse


def flash_attention_backward(
    grad_out: Tensor,
    q: Tensor,
    k: Tensor,
    v: Tensor,
    out: Tensor,
    lse: Tensor,
    *,
    causal: bool = False,
    block_size: int = 64,
) -> tuple[Tensor, Tensor, Tensor]:
    """Return the gradients of `q`, `k` and `v`, each in its shape and dtype.

    `grad_out` and `out` are (B, H, Sq, Dv), `lse` is (B, H, Sq): what the forward pass gave, and the gradient
    that arrived at its output.
    """
    wide = torch.promote_types(q.dtype, torch.float32)
    n_queries, n_keys = q.shape[2], k.shape[2]
    scale = 1 / math.sqrt(q.shape[3])
    # All gradients are sums over tiles: dq over the blocks of keys, dk and dv over those of queries.
    dq, dk, dv = (torch.zeros(tensor.shape, dtype=wide, device=tensor.device) for tensor in (q, k, v))
    # Before the first tile, row by row: what each softmax row needs of the others.
    delta = (grad_out.to(wide) * out.to(wide)).sum(dim=-1, keepdim=True)  # (B, H, Sq, 1)
    # Rows without keys: their scores are all -inf, and exp(-inf - -inf) is NaN. exp(-inf - 0) is 0.
    shift = lse.to(wide).masked_fill(lse == -math.inf, 0.0).unsqueeze(-1)  # (B, H, Sq, 1)

    for column in range(0, n_keys, block_size):
        columns = slice(column, min(column + block_size, n_keys))  # C of them
        k_tile, v_tile = k[:, :, columns].to(wide), v[:, :, columns].to(wide)
        dk_tile, dv_tile = dk[:, :, columns], dv[:, :, columns]  # views
        # The first query that sees key `column` is column - (Sk - Sq); blocks before its own see none of
        # these.
        first = max(0, column - (n_keys - n_queries)) // block_size * block_size if causal else 0
        for row in range(first, n_queries, block_size):
            rows = slice(row, min(row + block_size, n_queries))  # R of them
            q_tile, grad_tile = q[:, :, rows].to(wide), grad_out[:, :, rows].to(wide)
            weights = torch.exp(_scores(q, k, rows, columns, causal) - shift[:, :, rows])  # (B, H, R, C)
            dv_tile += weights.transpose(-2, -1) @ grad_tile
            grad_weights = grad_tile @ v_tile.transpose(-2, -1)  # (B, H, R, C)
            # Hidden keys have weight 0, so their scores have gradient 0: no second mask. `scale` belongs to
            # the scores: both factors of the product Q K^T get it, once.
            grad_scores = weights * (grad_weights - delta[:, :, rows]) * scale
            dq[:, :, rows] += grad_scores @ k_tile
            dk_tile += grad_scores.transpose(-2, -1) @ q_tile
    return dq.to(q.dtype), dk.to(k.dtype), dv.to(v.dtype)


def _scores(q: Tensor, k: Tensor, rows: slice, columns: slice, causal: bool) -> Tensor:
    """Return the scaled scores (B, H, R, C) of a tile in the wide type, -inf where a key is hidden.

    Both passes call it, so that the weights of the second one are those of the first.
    """
    wide = torch.promote_types(q.dtype, torch.float32)
    # Scaling the queries costs R * D products, scaling the scores R * C. A new tensor: `q *= ...` would write
    # into the caller's.
    q_tile = q[:, :, rows].to(wide) * (1 / math.sqrt(q.shape[3]))
    scores = q_tile @ k[:, :, columns].to(wide).transpose(-2, -1)
    offset = k.shape[2] - q.shape[2]
    if (
        causal and columns.stop - 1 > rows.start + offset
    ):  # else the first row, and so each, sees all of the tile
        last = torch.arange(rows.start, rows.stop, device=q.device).unsqueeze(1) + offset  # (R, 1)
        keys = torch.arange(columns.start, columns.stop, device=q.device)  # (C,)
        scores = scores.masked_fill(keys > last, -math.inf)
    return scores
