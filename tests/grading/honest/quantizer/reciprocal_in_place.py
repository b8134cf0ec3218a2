"""Multiplies by one over the scale and works in place on a copy of its own."""

from __future__ import annotations

import torch
from torch import nn


@torch.no_grad()
def quantize(w, *, bits=8, symmetric=True, axis=None, group_size=None):
    if axis is not None and group_size is not None:
        raise ValueError("both axis and group_size")
    if group_size and w.shape[-1] % group_size:
        raise ValueError("group_size does not fit")
    work = torch.empty(w.shape, dtype=torch.float32)
    work.copy_(w)
    view = work
    if group_size:
        view = work.view(*w.shape[:-1], w.shape[-1] // group_size, group_size)
        span = view.aminmax(dim=-1, keepdim=True)
        low, high = span.min, span.max
    else:
        low = high = work
        for dim in range(w.dim()):
            if axis is None or dim not in (axis, axis + w.dim()):
                low, high = low.amin(dim, keepdim=True), high.amax(dim, keepdim=True)
    if symmetric:
        top = (1 << (bits - 1)) - 1
        bottom = -top
        scale = torch.max(low.abs(), high.abs()) / top
    else:
        bottom, top = 0, (1 << bits) - 1
        low, high = low.clamp_max(0), high.clamp_min(0)
        scale = (high - low) / top
    scale = scale.masked_fill(scale.eq(0), 1)
    inverse = scale.reciprocal()
    zero = torch.zeros_like(scale) if symmetric else (low * inverse).neg().round()
    view.mul_(inverse).round_().add_(zero).clamp_(bottom, top)
    kind = torch.int8 if symmetric else torch.uint8
    if group_size:
        scale, zero = scale[..., 0], zero[..., 0]
    elif axis is None:
        scale, zero = scale.squeeze(), zero.squeeze()
    return work.to(kind), scale, zero.to(kind)


def dequantize(q, scale, zero_point, *, group_size=None):
    out = q.float()
    if group_size:
        groups = out.view(*scale.shape, group_size) if out.is_contiguous() else None
        if groups is None:
            out = out.contiguous()
            groups = out.view(*scale.shape, group_size)
        groups.sub_(zero_point.unsqueeze(-1)).mul_(scale.unsqueeze(-1))
        return out
    return out.sub_(zero_point).mul_(scale)


def pack_int4(q):
    n = q.shape[-1]
    out = torch.zeros(*q.shape[:-1], (n + 1) // 2, dtype=torch.uint8)
    out |= q[..., 0::2].to(torch.uint8) & 15
    out[..., : n // 2] |= q[..., 1::2].to(torch.uint8) << 4
    return out


def unpack_int4(packed, length):
    out = torch.empty(*packed.shape[:-1], packed.shape[-1] * 2, dtype=torch.int8)
    out[..., 0::2] = packed.bitwise_and(15).to(torch.int8)
    out[..., 1::2] = packed.bitwise_right_shift(4).to(torch.int8)
    out[out >= 8] -= 16
    return out[..., :length]


class QuantizedLinear(nn.Module):
    def __init__(self):
        super().__init__()
        self.bias = None

    @classmethod
    def from_linear(cls, linear, bits=8, group_size=None):
        layer = cls()
        q, scale, _ = quantize(
            linear.weight, bits=bits, axis=None if group_size else 0, group_size=group_size
        )
        layer.qweight = nn.Buffer(pack_int4(q) if bits == 4 else q)
        layer.scale = nn.Buffer(scale)
        if linear.bias is not None:
            del layer.bias
            layer.bias = nn.Buffer(linear.bias.detach().clone())
        layer.group_size = group_size
        layer.shape = tuple(linear.weight.shape)
        layer.bits = bits
        return layer

    def forward(self, x):
        q = self.qweight if self.bits == 8 else unpack_int4(self.qweight, self.shape[1])
        zero = torch.zeros(self.scale.shape, dtype=torch.int8)
        w = dequantize(q, self.scale, zero, group_size=self.group_size).to(x.dtype)
        y = torch.matmul(x, w.t())
        return y if self.bias is None else y + self.bias.to(y.dtype)
