"""A quantiser: levels and scales, packing of 4-bit levels, and a linear layer that keeps its weight so."""

from __future__ import annotations

import torch


def quantize(
    w: torch.Tensor,
    *,
    bits: int = 8,
    symmetric: bool = True,
    axis: int | None = None,
    group_size: int | None = None,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return the levels of `w`, and the scale and zero point of each group.

    Args:
        w: Float numbers, two or more dimensions.
        bits: 2 to 8.
        symmetric: Levels from -(2^(bits-1) - 1) to 2^(bits-1) - 1 in int8; else 0 to 2^bits - 1 in uint8.
        axis: The dimension whose indices have scales of their own.
        group_size: Neighbours along the last dimension that share a scale; it has to divide that dimension.

    Returns:
        `q` in the shape of `w`, `scale` in float32, `zero_point` in the dtype of `q`. The last two are ()
        for all of `w`, broadcastable for `axis`, (*w.shape[:-1], w.shape[-1] // group_size) for groups.

    Raises:
        ValueError: For both `axis` and `group_size`, and for groups that do not divide the last dimension.
    """
    raise NotImplementedError


def dequantize(
    q: torch.Tensor, scale: torch.Tensor, zero_point: torch.Tensor, *, group_size: int | None = None
) -> torch.Tensor:
    """Return (q - zero_point) * scale in float32, in the shape of `q`."""
    raise NotImplementedError


def pack_int4(q: torch.Tensor) -> torch.Tensor:
    """Return int8 levels from -8 to 7, (..., n), as uint8 (..., (n + 1) // 2), the first in the low half."""
    raise NotImplementedError


def unpack_int4(packed: torch.Tensor, length: int) -> torch.Tensor:
    """Return the `length` levels of packed bytes: int8, (..., length)."""
    raise NotImplementedError


class QuantizedLinear(torch.nn.Module):
    """A linear layer with the buffers qweight, scale and, if the layer has one, bias."""

    @classmethod
    def from_linear(
        cls, linear: torch.nn.Linear, bits: int = 8, group_size: int | None = None
    ) -> QuantizedLinear:
        """Quantise the weight of `linear`, symmetric, by row or by group; `bits` is 8, or 4 and packed."""
        raise NotImplementedError

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return x W^T + bias, (..., out), for x (..., in), in the dtype of x."""
        raise NotImplementedError
