"""A grid as a class, and a product with a gradient of its own."""

from __future__ import annotations

from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Grid:
    bits: int
    symmetric: bool

    @property
    def dtype(self):
        return (torch.uint8, torch.int8)[self.symmetric]

    @property
    def ends(self):
        n = 1 << self.bits
        return (1 - n // 2, n // 2 - 1) if self.symmetric else (0, n - 1)

    def fit(self, x, dims):
        _bottom, top = self.ends
        if self.symmetric:
            s = torch.linalg.vector_norm(x, ord=float("inf"), dim=dims, keepdim=True) / top
            z = torch.zeros_like(s)
            return torch.where(s == 0, 1.0, s), z
        low = torch.amin(x, dims, True).clamp_(max=0.0)
        high = torch.amax(x, dims, True).clamp_(min=0.0)
        s = high.sub_(low).div_(top)
        s[s == 0] = 1.0
        return s, low.neg_().div_(s).round_()


def quantize(w, *, bits=8, symmetric=True, axis=None, group_size=None):
    grid = Grid(bits, symmetric)
    if group_size is not None:
        if axis is not None or w.size(-1) % group_size:
            raise ValueError("bad grouping")
        q, s, z = _run(grid, w.detach().reshape(-1, group_size), (1,))
        sh = (*w.shape[:-1], w.shape[-1] // group_size)
        return q.reshape(w.shape), s.reshape(sh), z.reshape(sh)
    if axis is None:
        q, s, z = _run(grid, w.detach().reshape(1, -1), (1,))
        return q.reshape(w.shape), s[0, 0], z[0, 0]
    keep = range(w.dim())[axis]
    return _run(grid, w.detach(), tuple(set(range(w.dim())) - {keep}))


def _run(grid, x, dims):
    x = x.to(torch.float32, copy=True)
    s, z = grid.fit(x, dims)
    x.div_(s).round_().add_(z).clamp_(*grid.ends)
    return x.to(grid.dtype), s, z.to(grid.dtype)


def dequantize(q, scale, zero_point, *, group_size=None):
    d = q.to(torch.int32) - (
        zero_point if group_size is None else zero_point.repeat_interleave(group_size, dim=-1)
    ).to(torch.int32)
    return d * (scale if group_size is None else scale.repeat_interleave(group_size, dim=-1))


def pack_int4(q):
    n = q.shape[-1]
    if n & 1:
        q = torch.cat((q, q.new_zeros(*q.shape[:-1], 1)), dim=-1)
    a, b = q.unflatten(-1, (-1, 2)).unbind(-1)
    return torch.bitwise_or(torch.bitwise_and(a, 15), torch.bitwise_left_shift(b, 4)).to(torch.uint8)


def unpack_int4(packed, length):
    out = torch.empty(*packed.shape, 2, dtype=torch.int8)
    wide = packed.to(torch.int32)
    out[..., 0] = ((wide & 15) ^ 8) - 8
    out[..., 1] = ((wide >> 4) ^ 8) - 8
    return out.flatten(-2)[..., :length]


class _Mul(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, w):
        ctx.save_for_backward(w)
        return (x.float() @ w.T).to(x.dtype)

    @staticmethod
    def backward(ctx, g):
        (w,) = ctx.saved_tensors
        return (g.float() @ w).to(g.dtype), None


class QuantizedLinear(torch.nn.Module):
    @classmethod
    @torch.no_grad()
    def from_linear(cls, linear, bits=8, group_size=None):
        layer = cls()
        q, s, _ = quantize(
            linear.weight, bits=bits, **({"axis": 0} if group_size is None else {"group_size": group_size})
        )
        layer.cols = linear.weight.shape[1]
        layer.group = group_size
        layer.register_buffer("qweight", pack_int4(q) if bits == 4 else q)
        layer.register_buffer("scale", s)
        if linear.bias is not None:
            layer.register_buffer("bias", linear.bias.clone())
        return layer

    @property
    def weight(self):
        q = self.qweight
        if q.dtype is torch.uint8:
            q = unpack_int4(q, self.cols)
        return dequantize(q, self.scale, torch.zeros_like(self.scale), group_size=self.group)

    def forward(self, x):
        y = _Mul.apply(x, self.weight)
        if "bias" in self._buffers:
            y = y + self.bias.to(y.dtype)
        return y
