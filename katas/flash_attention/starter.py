"""Flash attention: exact attention in blocks, without the whole score matrix."""

from __future__ import annotations

import torch


def flash_attention(
    q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, *, causal: bool = False, block_size: int = 64
) -> torch.Tensor:
    """Return softmax(q k^T / sqrt(D)) v, computed block by block.

    Args:
        q: Queries, (B, H, Sq, D).
        k: Keys, (B, H, Sk, D).
        v: Values, (B, H, Sk, Dv).
        causal: Query i sees the keys j <= i + Sk - Sq only; one that sees none gives zeros.
        block_size: Queries, and keys, in a block; the last block may be smaller.

    Returns:
        The output, (B, H, Sq, Dv), in the dtype of q.
    """
    raise NotImplementedError
