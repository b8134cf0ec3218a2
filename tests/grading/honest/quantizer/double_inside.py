"""Everything in float64; the bytes by whole numbers, and back by a table of all 256."""

from __future__ import annotations

import torch
from torch import nn


def quantize(w, *, bits=8, symmetric=True, axis=None, group_size=None):
    if None not in (axis, group_size):
        raise ValueError("axis or group_size")
    with torch.no_grad():
        shape = list(w.shape)
        if group_size is not None:
            if shape[-1] % group_size != 0:
                raise ValueError("group_size")
            shape[-1:] = [shape[-1] // group_size, group_size]
        x = w.double().reshape(shape)
        if group_size is not None:
            shared = (len(shape) - 1,)
        else:
            kept = None if axis is None else range(len(shape))[axis]
            shared = tuple(d for d in range(len(shape)) if d != kept)
        zero = torch.zeros((), dtype=torch.float64)
        smallest = torch.minimum(x.amin(shared, keepdim=True), zero)
        largest = torch.maximum(x.amax(shared, keepdim=True), zero)
        if symmetric:
            levels = 2 ** (bits - 1) - 1
            step = torch.maximum(-smallest, largest) / levels
            step[step == 0] = 1.0
            offset = torch.zeros_like(step)
            first, last, kind = -levels, levels, torch.int8
        else:
            levels = 2**bits - 1
            step = (largest - smallest) / levels
            step[step == 0] = 1.0
            offset = (-smallest / step).round()
            first, last, kind = 0, levels, torch.uint8
        q = ((x / step).round() + offset).clamp(first, last).reshape(w.shape).to(kind)
        out = () if axis is None else step.shape
        out = out if group_size is None else step.shape[:-1]
        return q, step.reshape(out).float(), offset.reshape(out).to(kind)


def dequantize(q, scale, zero_point, *, group_size=None):
    if group_size is None:
        return ((q.double() - zero_point.double()) * scale.double()).float()
    size = group_size
    step = scale.double().unsqueeze(-1).expand(*scale.shape, size).reshape(q.shape)
    offset = zero_point.double().unsqueeze(-1).expand(*scale.shape, size).reshape(q.shape)
    return ((q.double() - offset) * step).float()


def pack_int4(q):
    whole = q.to(torch.int64) % 16
    bytes_ = whole[..., ::2].clone()
    second = whole[..., 1::2]
    bytes_[..., : second.shape[-1]] += 16 * second
    return bytes_.to(torch.uint8)


TABLE = torch.tensor([[(b % 16 + 8) % 16 - 8, (b // 16 + 8) % 16 - 8] for b in range(256)], dtype=torch.int8)


def unpack_int4(packed, length):
    return TABLE[packed.long()].flatten(-2)[..., :length]


class QuantizedLinear(nn.Module):
    @classmethod
    def from_linear(cls, linear, bits=8, group_size=None):
        made = cls()
        made.four, made.width, made.group_size = bits == 4, linear.in_features, group_size
        if group_size is None:
            q, scale, _ = quantize(linear.weight, bits=bits, axis=0)
        else:
            q, scale, _ = quantize(linear.weight, bits=bits, group_size=group_size)
        made.register_buffer("qweight", pack_int4(q) if made.four else q)
        made.register_buffer("scale", scale)
        if linear.bias is not None:
            made.register_buffer("bias", linear.bias.data.clone())
        return made

    def forward(self, x):
        q = unpack_int4(self.qweight, self.width) if self.four else self.qweight
        weight = dequantize(q, self.scale, torch.zeros_like(self.scale), group_size=self.group_size)
        y = x.float() @ weight.mT
        if hasattr(self, "bias"):
            y = y + self.bias.float()
        return y.to(x.dtype)
