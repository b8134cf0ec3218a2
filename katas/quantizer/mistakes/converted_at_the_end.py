"""You compute in the dtype of the weights and convert the results. What half precision has rounded, the scale
and every quotient, stays rounded in float32: convert the weights first, then compute.

Notes: quantization-scale-dtype
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional


def quantize(w, *, bits=8, symmetric=True, axis=None, group_size=None):
    if axis is not None and group_size is not None:
        raise ValueError("give axis or group_size, not both")
    if group_size is not None and w.shape[-1] % group_size:
        raise ValueError(f"{group_size} does not divide {w.shape[-1]}")
    x = w.detach()
    if group_size is not None:
        x = x.reshape(*w.shape[:-1], -1, group_size)
        dims = [-1]
    elif axis is not None:
        dims = [d for d in range(w.dim()) if d != axis % w.dim()]
    else:
        dims = list(range(w.dim()))
    if symmetric:
        bottom, top, dtype = -(2 ** (bits - 1) - 1), 2 ** (bits - 1) - 1, torch.int8
        scale = x.abs().amax(dims, keepdim=True) / top
        scale = torch.where(scale == 0, 1.0, scale)
        zero_point = torch.zeros_like(scale)
    else:
        bottom, top, dtype = 0, 2**bits - 1, torch.uint8
        low = x.amin(dims, keepdim=True).clamp(max=0.0)
        high = x.amax(dims, keepdim=True).clamp(min=0.0)
        scale = (high - low) / top
        scale = torch.where(scale == 0, 1.0, scale)
        zero_point = torch.round(-low / scale)
    q = torch.clamp(torch.round(x / scale) + zero_point, bottom, top)
    q = q.to(dtype).reshape(w.shape)
    if group_size is not None:
        scale, zero_point = scale.squeeze(-1), zero_point.squeeze(-1)
    elif axis is None:
        scale, zero_point = scale.reshape(()), zero_point.reshape(())
    return q, scale.float(), zero_point.to(dtype)


def dequantize(q, scale, zero_point, *, group_size=None):
    x = q.float()
    zero_point = zero_point.float()
    if group_size is not None:
        scale = scale.repeat_interleave(group_size, dim=-1)
        zero_point = zero_point.repeat_interleave(group_size, dim=-1)
    return (x - zero_point) * scale


def pack_int4(q):
    if q.shape[-1] % 2:
        q = functional.pad(q, (0, 1))
    low, high = q[..., 0::2], q[..., 1::2]
    return ((low & 0xF) | ((high & 0xF) << 4)).to(torch.uint8)


def unpack_int4(packed, length):
    low = (packed & 0xF).to(torch.int8)
    high = (packed >> 4).to(torch.int8)
    q = torch.stack([low, high], dim=-1).flatten(-2)
    q = torch.where(q > 7, q - 16, q)
    return q[..., :length]


class QuantizedLinear(nn.Module):
    """A linear layer with a quantised weight."""

    def __init__(self, linear, bits, group_size):
        super().__init__()
        self.in_features = linear.in_features
        self.bits = bits
        self.group_size = group_size
        axis = 0 if group_size is None else None
        q, scale, _ = quantize(linear.weight, bits=bits, axis=axis, group_size=group_size)
        self.register_buffer("qweight", pack_int4(q) if bits == 4 else q)
        self.register_buffer("scale", scale)
        bias = None if linear.bias is None else linear.bias.detach().clone()
        self.register_buffer("bias", bias)

    @classmethod
    def from_linear(cls, linear, bits=8, group_size=None):
        """Quantise a linear layer."""
        return cls(linear, bits, group_size)

    def forward(self, x):
        """Return x times the weight, plus the bias."""
        q = unpack_int4(self.qweight, self.in_features) if self.bits == 4 else self.qweight
        zero_point = torch.zeros_like(self.scale)
        weight = dequantize(q, self.scale, zero_point, group_size=self.group_size)
        bias = None if self.bias is None else self.bias.to(x.dtype)
        return functional.linear(x, weight.to(x.dtype), bias)
