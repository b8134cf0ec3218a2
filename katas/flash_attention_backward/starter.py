"""Flash attention's backward pass by hand: gradients from tiles that are computed a second time."""

from __future__ import annotations

import torch


def flash_attention_forward(
    q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, *, causal: bool = False, block_size: int = 64
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return softmax(q k^T / sqrt(D)) v and the log-sum-exp of each query's scores, computed block by block.

    Args:
        q: Queries, (B, H, Sq, D).
        k: Keys, (B, H, Sk, D).
        v: Values, (B, H, Sk, Dv).
        causal: Query i sees the keys j <= i + Sk - Sq only; one that sees none gives zeros and -inf.
        block_size: Queries, and keys, in a block; the last block may be smaller.

    Returns:
        The output, (B, H, Sq, Dv), in the dtype of q, and the natural log-sum-exp of the scaled and masked
        scores, (B, H, Sq), in float32 or wider.
    """
    raise NotImplementedError


def flash_attention_backward(
    grad_out: torch.Tensor,
    q: torch.Tensor,
    k: torch.Tensor,
    v: torch.Tensor,
    out: torch.Tensor,
    lse: torch.Tensor,
    *,
    causal: bool = False,
    block_size: int = 64,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return the gradients of q, k and v, computed block by block and without autograd.

    Args:
        grad_out: The gradient of the output, (B, H, Sq, Dv).
        q: Queries, (B, H, Sq, D).
        k: Keys, (B, H, Sk, D).
        v: Values, (B, H, Sk, Dv).
        out: The output of the forward pass, (B, H, Sq, Dv).
        lse: The log-sum-exp of the forward pass, (B, H, Sq).
        causal: As in the forward pass.
        block_size: Queries, and keys, in a block; it may differ from the forward pass's.

    Returns:
        The gradients of q, k and v, each in the shape and dtype of its tensor.
    """
    raise NotImplementedError
