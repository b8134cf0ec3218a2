"""The function calls itself with groups as rows; the product is an autograd function."""

from __future__ import annotations

import torch


def quantize(w, *, bits=8, symmetric=True, axis=None, group_size=None):
    if group_size is not None:
        if axis is not None:
            raise ValueError("axis with group_size")
        n_groups, rest = divmod(w.shape[-1], group_size)
        if rest:
            raise ValueError(f"{rest} numbers left over")
        q, scale, zero = quantize(w.reshape(-1, group_size), bits=bits, symmetric=symmetric, axis=0)
        shape = (*w.shape[:-1], n_groups)
        return q.reshape(w.shape), scale.reshape(shape), zero.reshape(shape)
    if axis is None:
        q, scale, zero = quantize(w.reshape(1, -1), bits=bits, symmetric=symmetric, axis=0)
        return q.reshape(w.shape), scale[0, 0], zero[0, 0]
    if axis % w.dim():
        parts = quantize(w.transpose(0, axis), bits=bits, symmetric=symmetric, axis=0)
        return tuple(part.transpose(0, axis) for part in parts)
    x = w.detach().float()
    dims = tuple(range(1, w.dim()))
    low = torch.clamp(torch.amin(x, dims, keepdim=True), max=0)
    high = torch.clamp(torch.amax(x, dims, keepdim=True), min=0)
    n = 2**bits - 1
    if symmetric:
        high = torch.maximum(high, -low)
        low, n = torch.zeros_like(high), n // 2
    step = (high - low) / n
    step = torch.where(step > 0, step, torch.tensor(1.0))
    zero = torch.round(-low / step) + 0.0
    q = torch.minimum(torch.round(x / step) + zero, torch.tensor(float(n)))
    kind = torch.int8 if symmetric else torch.uint8
    return q.to(kind), step, zero.to(kind)


def dequantize(q, scale, zero_point, *, group_size=None):
    if group_size is not None:
        flat = dequantize(q.reshape(-1, group_size), scale.reshape(-1, 1), zero_point.reshape(-1, 1))
        return flat.reshape(q.shape)
    return scale * q - scale * zero_point


def pack_int4(q):
    length = q.shape[-1]
    low = q[..., range(0, length, 2)]
    high = torch.zeros_like(low)
    high[..., : length // 2] = q[..., range(1, length, 2)]
    return (high.to(torch.uint8) << 4) ^ (low.to(torch.uint8) & 15)


def unpack_int4(packed, length):
    low = ((packed + 8) % 16).to(torch.int8) - 8
    high = ((packed.int() // 16 + 8) % 16 - 8).to(torch.int8)
    return torch.cat([low.unsqueeze(-1), high.unsqueeze(-1)], -1).reshape(*packed.shape[:-1], -1)[
        ..., :length
    ]


class Product(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, layer):
        ctx.layer = layer
        return x.float() @ layer.weight().T

    @staticmethod
    def backward(ctx, grad):
        return grad @ ctx.layer.weight(), None


class QuantizedLinear(torch.nn.Module):
    def __init__(self, linear, bits, group_size):
        super().__init__()
        self.config = (linear.in_features, bits, group_size)
        axis = None if group_size else 0
        q, scale, _ = quantize(linear.weight, bits=bits, axis=axis, group_size=group_size)
        if bits < 8:
            q = pack_int4(q)
        for name, tensor in {"qweight": q, "scale": scale}.items():
            self.register_buffer(name, tensor)
        self.has_bias = linear.bias is not None
        if self.has_bias:
            self.register_buffer("bias", torch.clone(linear.bias).detach())

    @classmethod
    def from_linear(cls, linear, bits=8, group_size=None):
        return cls(linear, bits, group_size)

    def weight(self):
        inputs, bits, group_size = self.config
        q = self.qweight if bits == 8 else unpack_int4(self.qweight, inputs)
        return dequantize(q, self.scale, torch.zeros_like(self.scale), group_size=group_size)

    def forward(self, x):
        y = Product.apply(x, self)
        if self.has_bias:
            y = y + self.bias
        return y.to(x.dtype)
