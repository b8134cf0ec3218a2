"""A quantiser for weights: levels and scales, two 4-bit levels in a byte, and a linear layer that keeps them.

A group of numbers shares one step, the scale. A number becomes the nearest whole number of steps:

    symmetric    q = round(w / scale)                  scale = max|w| / (2^(b-1) - 1)
    affine       q = round(w / scale) + zero_point     scale = (high - low) / (2^b - 1)

and comes back as (q - zero_point) * scale, at most half a step away from where it was. The largest magnitude
of a group sets the step of all of it, so one outlier costs every number that shares its scale: that is why
scales are kept by row, or by group of a row.

Two details decide whether it is right at the edges. The affine range always includes 0, so that 0.0 has a
level of its own (padding, pruned weights and the output of a ReLU are exactly 0). And a group of zeros has no
step of its own: any will do but 0, and it is 1 here.

Sources:
    Jacob et al., Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only
    Inference, 2017, arXiv 1712.05877. Krishnamoorthi, Quantizing deep convolutional networks for efficient
    inference: A whitepaper, 2018, arXiv 1806.08342.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional


def quantize(
    w: Tensor,
    *,
    bits: int = 8,
    symmetric: bool = True,
    axis: int | None = None,
    group_size: int | None = None,
) -> tuple[Tensor, Tensor, Tensor]:
    """Return `(q, scale, zero_point)` of `w`: one scale for all, for each index of `axis`, or by group."""
    if axis is not None and group_size is not None:
        raise ValueError("axis and group_size are two ways to share scales, give one of them")
    # Half precision would round the scale itself, and with it every weight. Detached, since a scale with a
    # graph would keep the float weights alive.
    values = _grouped(w.detach().to(torch.float32), group_size)
    dims = _shared(values, axis, group_size)

    if symmetric:
        top = 2 ** (bits - 1) - 1  # 127 of 8 bits: -128 has no counterpart, and is not used
        bottom, kind = -top, torch.int8
        low, high = torch.zeros(()), values.abs().amax(dims, keepdim=True)
    else:
        bottom, top, kind = 0, 2**bits - 1, torch.uint8
        # With 0 in the range, zero_point lies between the ends, and 0.0 comes back as 0.0.
        low = values.amin(dims, keepdim=True).clamp(max=0.0)
        high = values.amax(dims, keepdim=True).clamp(min=0.0)

    scale = (high - low) / top
    scale = scale.masked_fill(scale == 0.0, 1.0)
    zero_point = torch.round(-low / scale).expand_as(scale)
    # Where low is -high, both ends lie half a step off and round outwards: one of them must be brought back.
    q = (torch.round(values / scale) + zero_point).clamp(bottom, top).to(kind).reshape(w.shape)

    shape = _scale_shape(scale, axis, group_size)
    return q, scale.reshape(shape), zero_point.reshape(shape).to(kind)


def dequantize(q: Tensor, scale: Tensor, zero_point: Tensor, *, group_size: int | None = None) -> Tensor:
    """Return the float32 numbers that levels stand for."""
    # Float before the subtraction: 3 - 200 is 59 in uint8.
    levels = _grouped(q.to(torch.float32), group_size)
    if group_size is not None:
        scale, zero_point = scale.unsqueeze(-1), zero_point.unsqueeze(-1)
    return ((levels - zero_point.to(torch.float32)) * scale).reshape(q.shape)


def pack_int4(q: Tensor) -> Tensor:
    """Return levels from -8 to 7, (..., n), as bytes (..., (n + 1) // 2), the first in the low half."""
    if q.shape[-1] % 2:
        q = functional.pad(q, (0, 1))
    # Two's complement: -1 is 255 as a byte, and its lower four bits are those of -1 in 4 bits. The mask takes
    # the other four away, which would run into the neighbour.
    nibbles = q.to(torch.uint8) & 0x0F
    return nibbles[..., 0::2] | (nibbles[..., 1::2] << 4)


def unpack_int4(packed: Tensor, length: int) -> Tensor:
    """Return the first `length` levels, (..., length) in int8, of packed bytes."""
    nibbles = torch.stack([packed & 0x0F, packed >> 4], dim=-1).flatten(-2)[..., :length]
    # Nibbles 8 to 15 stand for -8 to -1: flip the sign bit, which has the weight -8, and take it off.
    return (nibbles ^ 8).to(torch.int8) - 8


class QuantizedLinear(nn.Module):
    """A linear layer whose weight is kept as levels of 8 or 4 bits and turned into numbers in every call.

    Attributes:
        qweight: int8 (out, in) for 8 bits, packed uint8 (out, (in + 1) // 2) for 4.
        scale: float32, (out, 1), or (out, in // group_size) with groups.
        bias: The layer's bias, (out,), None if it has none.
    """

    # Buffers, since nothing is trained: they move and are saved with the module, and no optimiser sees them.
    qweight: Tensor
    scale: Tensor
    bias: Tensor | None

    def __init__(
        self, qweight: Tensor, scale: Tensor, bias: Tensor | None, in_features: int, group_size: int | None
    ) -> None:
        super().__init__()
        self.in_features = in_features
        self.group_size = group_size
        self.register_buffer("qweight", qweight)
        self.register_buffer("scale", scale)
        self.register_buffer("bias", bias)

    @classmethod
    def from_linear(cls, linear: nn.Linear, bits: int = 8, group_size: int | None = None) -> QuantizedLinear:
        """Quantise the weight of `linear`, symmetric, with a scale for each row or each group of a row."""
        # Each row makes one output, so a scale for each row costs one product for each output.
        axis = 0 if group_size is None else None
        q, scale, _ = quantize(linear.weight, bits=bits, axis=axis, group_size=group_size)
        bias = None if linear.bias is None else linear.bias.detach().clone()
        return cls(pack_int4(q) if bits == 4 else q, scale, bias, linear.in_features, group_size)

    def forward(self, x: Tensor) -> Tensor:
        """Return x W^T + bias, (..., out), in the dtype of `x`, (..., in)."""
        q = self.qweight if self.qweight.dtype == torch.int8 else unpack_int4(self.qweight, self.in_features)
        # The float weight lives for one call. A kernel for this would do it tile by tile, in registers.
        weight = dequantize(q, self.scale, torch.zeros_like(self.scale), group_size=self.group_size)
        wide = torch.promote_types(x.dtype, torch.float32)
        bias = None if self.bias is None else self.bias.to(wide)
        return functional.linear(x.to(wide), weight.to(wide), bias).to(x.dtype)


def _grouped(values: Tensor, group_size: int | None) -> Tensor:
    """Return `values` (..., n) as (..., n // group_size, group_size)."""
    if group_size is None:
        return values
    if values.shape[-1] % group_size:
        raise ValueError(f"groups of {group_size} do not divide a last dimension of {values.shape[-1]}")
    return values.unflatten(-1, (-1, group_size))


def _shared(values: Tensor, axis: int | None, group_size: int | None) -> tuple[int, ...]:
    """Return the dimensions that share a scale."""
    if group_size is not None:
        return (-1,)
    return tuple(dim for dim in range(values.dim()) if axis is None or dim != axis % values.dim())


def _scale_shape(scale: Tensor, axis: int | None, group_size: int | None) -> torch.Size:
    """Return the shape in which a scale with all its ones is handed out."""
    if group_size is not None:
        return scale.shape[:-1]
    return torch.Size() if axis is None else scale.shape
