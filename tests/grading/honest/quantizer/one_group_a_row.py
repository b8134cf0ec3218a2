"""All three kinds as a matrix with one group in a row, where a padded 0 puts 0 into the affine range."""

from __future__ import annotations

import torch
import torch.nn.functional as F


def quantize(w, *, bits=8, symmetric=True, axis=None, group_size=None):
    rows, back, shape = as_rows(w.detach().to(torch.float32), axis, group_size)
    if symmetric:
        q, scale, zero = symmetric_rows(rows, 2 ** (bits - 1) - 1)
    else:
        q, scale, zero = affine_rows(rows, 2**bits - 1)
    return back(q), scale.reshape(shape), zero.reshape(shape)


def as_rows(w, axis, group_size):
    """Return the groups as rows, what brings rows back, and the shape of the scales."""
    if axis is not None and group_size is not None:
        raise ValueError("axis and group_size exclude each other")
    if group_size is not None:
        if w.size(-1) % group_size:
            raise ValueError("group_size must divide the last dimension")
        rows = w.reshape(-1, group_size)
        return rows, lambda q: q.reshape(w.shape), (*w.shape[:-1], w.size(-1) // group_size)
    if axis is None:
        return w.reshape(1, -1), lambda q: q.reshape(w.shape), ()
    moved = w.movedim(axis, 0)
    shape = [1] * w.dim()
    shape[axis] = w.size(axis)
    return (
        moved.reshape(w.size(axis), -1),
        lambda q: q.reshape(moved.shape).movedim(0, axis),
        shape,
    )


def symmetric_rows(rows, top):
    largest = torch.linalg.vector_norm(rows, ord=torch.inf, dim=1, keepdim=True)
    scale = torch.where(largest > 0, largest / top, torch.ones_like(largest))
    q = torch.round(rows / scale).to(torch.int8)
    return q, scale, torch.zeros_like(scale, dtype=torch.int8)


def affine_rows(rows, top):
    low, high = torch.aminmax(F.pad(rows, (0, 1)), dim=1, keepdim=True)  # the padding is a 0
    scale = (high - low) / top
    scale += (scale == 0).float()
    zero = torch.round(low.neg() / scale)
    q = torch.round(rows / scale).add_(zero).clamp_(0, top)
    return q.to(torch.uint8), scale, zero.to(torch.uint8)


def dequantize(q, scale, zero_point, *, group_size=None):
    if group_size is None:
        return (q.to(torch.int16) - zero_point.to(torch.int16)) * scale
    rows = q.reshape(-1, group_size).to(torch.int16) - zero_point.reshape(-1, 1).to(torch.int16)
    return (rows * scale.reshape(-1, 1)).reshape(q.shape)


def pack_int4(q):
    even = F.pad(q, (0, q.size(-1) % 2)).unflatten(-1, (-1, 2))
    weights = torch.tensor([1, 16])
    return ((even.int() & 15) * weights).sum(-1).to(torch.uint8)


def unpack_int4(packed, length):
    signed = packed.view(torch.int8)
    both = torch.stack(((signed << 4) >> 4, signed >> 4), dim=-1)
    return both.reshape(*packed.shape[:-1], -1).narrow(-1, 0, length)


class QuantizedLinear(torch.nn.Module):
    def __init__(self, qweight, scale, bias, group_size, inputs):
        super().__init__()
        self.register_buffer("qweight", qweight)
        self.register_buffer("scale", scale)
        self.register_buffer("bias", bias)
        self.inputs, self.group_size = inputs, group_size

    @classmethod
    def from_linear(cls, linear, bits=8, group_size=None):
        how = {"axis": 0} if group_size is None else {"group_size": group_size}
        q, scale, _ = quantize(linear.weight, bits=bits, **how)
        bias = None if linear.bias is None else linear.bias.detach().clone()
        return cls(q if bits == 8 else pack_int4(q), scale, bias, group_size, linear.in_features)

    def forward(self, x):
        q = self.qweight
        if q.dtype == torch.uint8:
            q = unpack_int4(q, self.inputs)
        weight = (
            dequantize(q, self.scale, torch.tensor(0), group_size=None)
            if self.group_size is None
            else (q.unflatten(1, (-1, self.group_size)) * self.scale[:, :, None]).flatten(1)
        )
        return F.linear(x, weight.to(x.dtype), None if self.bias is None else self.bias.to(x.dtype))
