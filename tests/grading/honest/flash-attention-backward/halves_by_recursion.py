"""Halves: attention over two halves of the keys is merged by logaddexp, gradients are split likewise."""

import math

import torch


def wide(*ts):
    return [t.double() if t.dtype == torch.float64 else t.float() for t in ts]


def scores(q, k, diag):
    s = torch.einsum("bhie,bhje->bhij", q, k) / math.sqrt(q.shape[-1])
    if diag is not None:
        n, m = s.shape[-2:]
        s = s.masked_fill(~torch.ones(n, m, dtype=torch.bool).tril(diag), -math.inf)
    return s


def attend(q, k, v, diag, bs):
    n, m = q.shape[2], k.shape[2]
    if m == 0 or n == 0 or (diag is not None and n - 1 + diag < 0):
        return q.new_zeros(*q.shape[:3], v.shape[3]), q.new_full(q.shape[:3], -math.inf)
    if n > bs:
        h = n // 2
        a = attend(q[:, :, :h], k, v, diag, bs)
        b = attend(q[:, :, h:], k, v, None if diag is None else diag + h, bs)
        return torch.cat([a[0], b[0]], 2), torch.cat([a[1], b[1]], 2)
    if m > bs:
        h = m // 2
        (o1, l1), (o2, l2) = (
            attend(q, k[:, :, :h], v[:, :, :h], diag, bs),
            attend(q, k[:, :, h:], v[:, :, h:], None if diag is None else diag - h, bs),
        )
        lse = torch.logaddexp(l1, l2)
        ref = lse.masked_fill(lse.isneginf(), 0)
        return (l1 - ref).exp()[..., None] * o1 + (l2 - ref).exp()[..., None] * o2, lse
    s = scores(q, k, diag)
    return s.softmax(-1).nan_to_num(0.0) @ v, s.logsumexp(-1)


def grads(g, q, k, v, delta, lse, diag, bs):
    n, m = q.shape[2], k.shape[2]
    if n == 0 or m == 0 or (diag is not None and n - 1 + diag < 0):
        return q * 0, k * 0, v * 0
    if n > bs:
        h = n // 2
        a = grads(g[:, :, :h], q[:, :, :h], k, v, delta[:, :, :h], lse[:, :, :h], diag, bs)
        b = grads(
            g[:, :, h:],
            q[:, :, h:],
            k,
            v,
            delta[:, :, h:],
            lse[:, :, h:],
            None if diag is None else diag + h,
            bs,
        )
        return torch.cat([a[0], b[0]], 2), a[1] + b[1], a[2] + b[2]
    if m > bs:
        h = m // 2
        a = grads(g, q, k[:, :, :h], v[:, :, :h], delta, lse, diag, bs)
        b = grads(g, q, k[:, :, h:], v[:, :, h:], delta, lse, None if diag is None else diag - h, bs)
        return a[0] + b[0], torch.cat([a[1], b[1]], 2), torch.cat([a[2], b[2]], 2)
    p = (scores(q, k, diag) - lse.masked_fill(lse.isneginf(), 0)[..., None]).exp()
    ds = p * (torch.einsum("bhie,bhje->bhij", g, v) - delta[..., None]) / math.sqrt(q.shape[-1])
    return (
        torch.einsum("bhij,bhje->bhie", ds, k),
        torch.einsum("bhij,bhie->bhje", ds, q),
        torch.einsum("bhij,bhie->bhje", p, g),
    )


def flash_attention_forward(q, k, v, *, causal=False, block_size=64):
    o, lse = attend(*wide(q, k, v), k.shape[2] - q.shape[2] if causal else None, block_size)
    return o.to(q.dtype), lse


def flash_attention_backward(grad_out, q, k, v, out, lse, *, causal=False, block_size=64):
    g, Q, K, V, o, lse = wide(grad_out, q, k, v, out, lse)
    found = grads(g, Q, K, V, (g * o).sum(-1), lse, k.shape[2] - q.shape[2] if causal else None, block_size)
    return tuple(x.to(t.dtype) for x, t in zip(found, (q, k, v), strict=True))
