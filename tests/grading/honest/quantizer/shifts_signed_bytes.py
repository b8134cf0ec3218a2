"""float64 inside, bytes seen as int8 so that shifts bring the sign, and groups taken off one by one."""

from __future__ import annotations

import torch


def rnd(x):
    return torch.round(x)


class _G:
    """Spreads group values over numbers."""

    @staticmethod
    def dims(w, axis):
        if axis is None:
            return tuple(range(w.dim()))
        a = axis + w.dim() if axis < 0 else axis
        return tuple(i for i in range(w.dim()) if i != a)


def quantize(w, *, bits=8, symmetric=True, axis=None, group_size=None):
    if group_size is not None:
        if axis is not None:
            raise ValueError("only one")
        if w.size(-1) % group_size != 0:
            raise ValueError("bad group")
        ww = w.detach().double().reshape(*w.shape[:-1], w.size(-1) // group_size, group_size)
        d = (-1,)
    else:
        ww = w.detach().double()
        d = _G.dims(w, axis)
    if symmetric:
        n = 2 ** (bits - 1) - 1
        s = torch.amax(torch.abs(ww), dim=d, keepdim=True) / n
        s = torch.where(s > 0, s, torch.tensor(1.0, dtype=torch.float64))
        z = s * 0
        q = torch.clip(rnd(ww / s), -n, n).to(torch.int8)
        z = z.to(torch.int8)
    else:
        n = 2**bits - 1
        zero = torch.zeros((), dtype=torch.float64)
        lo = torch.minimum(torch.amin(ww, dim=d, keepdim=True), zero)
        hi = torch.maximum(torch.amax(ww, dim=d, keepdim=True), zero)
        s = (hi - lo) / n
        s = torch.where(s > 0, s, torch.tensor(1.0, dtype=torch.float64))
        z = rnd(-lo / s)
        q = torch.clip(rnd(ww / s) + z, 0, n).to(torch.uint8)
        z = z.to(torch.uint8)
    s = s.to(torch.float32)
    q = q.reshape(w.shape)
    if group_size is not None:
        return q, s[..., 0], z[..., 0]
    if axis is None:
        return q, s.reshape([]), z.reshape([])
    return q, s, z


def dequantize(q, scale, zero_point, *, group_size=None):
    if group_size is None:
        return (q.to(torch.float32) - zero_point.to(torch.float32)) * scale
    parts = q.to(torch.float32).split(group_size, dim=-1)
    return torch.cat(
        [
            (p - zero_point[..., i : i + 1].to(torch.float32)) * scale[..., i : i + 1]
            for i, p in enumerate(parts)
        ],
        -1,
    )


def pack_int4(q):
    n = q.size(-1)
    out = torch.zeros(*q.shape[:-1], (n + 1) // 2, dtype=torch.uint8)
    out |= q[..., 0::2].to(torch.uint8) & 0x0F
    out[..., : n // 2] |= (q[..., 1::2].to(torch.uint8) & 0x0F) << 4
    return out


def unpack_int4(packed, length):
    s = packed.view(torch.int8)
    lo = (s << 4) >> 4
    hi = s >> 4
    r = torch.stack([lo, hi], dim=-1)
    return r.reshape(*packed.shape[:-1], -1)[..., :length].contiguous()


class QuantizedLinear(torch.nn.Module):
    @classmethod
    def from_linear(cls, linear, bits=8, group_size=None):
        m = cls()
        m.bits = bits
        m.gs = group_size
        m.inf = linear.in_features
        kw = {"axis": 0} if group_size is None else {"group_size": group_size}
        q, s, _z = quantize(linear.weight.data, bits=bits, **kw)
        if bits == 4:
            q = pack_int4(q)
        m.register_buffer("qweight", q)
        m.register_buffer("scale", s)
        if linear.bias is not None:
            m.register_buffer("bias", linear.bias.data.clone())
        else:
            m.bias = None
        return m

    def forward(self, x):
        q = self.qweight
        if self.bits == 4:
            q = unpack_int4(q, self.inf)
        zero = torch.zeros(self.scale.shape, dtype=torch.int8)
        W = dequantize(q, self.scale, zero, group_size=self.gs)
        out = torch.einsum("...i,oi->...o", x.float(), W)
        if self.bias is not None:
            out = out + self.bias.float()
        return out.to(x.dtype)
