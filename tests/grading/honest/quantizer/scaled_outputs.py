"""Small functions; the layer multiplies levels first and scales the sums, in the dtype of x."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn


class Range(NamedTuple):
    bottom: int
    top: int
    dtype: torch.dtype


def levels_of(bits: int, symmetric: bool) -> Range:
    if symmetric:
        half = 2 ** (bits - 1) - 1
        return Range(-half, half, torch.int8)
    return Range(0, 2**bits - 1, torch.uint8)


def spread(per_group: Tensor, group_size: int) -> Tensor:
    return torch.repeat_interleave(per_group, group_size, dim=-1)


def extremes(w: Tensor, axis, group_size):
    if group_size is not None:
        parts = torch.stack(w.split(group_size, dim=-1), dim=-2)
        return parts.min(-1).values, parts.max(-1).values
    if axis is None:
        return w.min(), w.max()
    kept = w.transpose(0, axis).flatten(1)
    shape = [-1 if d == axis % w.ndim else 1 for d in range(w.ndim)]
    return kept.min(1).values.view(shape), kept.max(1).values.view(shape)


def quantize(w, *, bits=8, symmetric=True, axis=None, group_size=None):
    if axis is not None and group_size is not None:
        raise ValueError("choose one of axis and group_size")
    if group_size is not None and w.shape[-1] % group_size != 0:
        raise ValueError("the last dimension is no multiple of group_size")
    w = w.detach().float()
    bottom, top, dtype = levels_of(bits, symmetric)
    low, high = extremes(w, axis, group_size)
    if symmetric:
        scale = torch.maximum(high.abs(), low.abs()) / top
        scale = scale + (scale == 0)
        zero_point = torch.zeros_like(scale)
    else:
        low, high = low.clamp(max=0), high.clamp(min=0)
        scale = (high - low) / top
        scale = scale + (scale == 0)
        zero_point = (bottom - low / scale).round().clamp(bottom, top)
    wide, shift = scale, zero_point
    if group_size is not None:
        wide, shift = spread(scale, group_size), spread(zero_point, group_size)
    q = (w.div(wide).round() + shift).clamp(min=bottom, max=top).to(dtype)
    return q, scale, zero_point.to(dtype)


def dequantize(q, scale, zero_point, *, group_size=None):
    if group_size is not None:
        scale, zero_point = spread(scale, group_size), spread(zero_point, group_size)
    return torch.mul(q.int() - zero_point.int(), scale)


def pack_int4(q):
    if q.shape[-1] % 2 == 1:
        q = torch.cat([q, torch.zeros_like(q[..., :1])], dim=-1)
    q = torch.where(q < 0, q.to(torch.int32) + 16, q.to(torch.int32))
    pairs = q.reshape(*q.shape[:-1], -1, 2)
    return (pairs[..., 0] + pairs[..., 1] * 16).to(torch.uint8)


def unpack_int4(packed, length):
    n = torch.arange(length)
    byte = packed.int().index_select(-1, n // 2)
    nibble = (byte >> (4 * (n % 2)).int()) & 15
    return (nibble - 16 * (nibble >= 8)).to(torch.int8)


class QuantizedLinear(nn.Module):
    def __init__(self, in_features, out_features, group_size):
        super().__init__()
        self.in_features, self.out_features, self.group_size = in_features, out_features, group_size

    @classmethod
    @torch.no_grad()
    def from_linear(cls, linear, bits=8, group_size=None):
        self = cls(linear.in_features, linear.out_features, group_size)
        self.bits = bits
        q, scale, _ = quantize(
            linear.weight, bits=bits, axis=0 if group_size is None else None, group_size=group_size
        )
        for name, buffer in (
            ("qweight", pack_int4(q) if bits == 4 else q),
            ("scale", scale),
            ("bias", None if linear.bias is None else linear.bias.clone()),
        ):
            self.register_buffer(name, buffer)
        return self

    def forward(self, x):
        q = unpack_int4(self.qweight, self.in_features) if self.bits == 4 else self.qweight
        size = self.group_size or self.in_features
        groups = x.float().unflatten(-1, (-1, size))
        levels = q.float().unflatten(-1, (-1, size))
        y = torch.einsum("...gi,ogi,og->...o", groups, levels, self.scale)
        if self.bias is not None:
            y = y + self.bias
        return y.to(x.dtype)
