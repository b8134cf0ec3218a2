"""Grows a pool for the whole matrix of weights at import, in half precision so that it is half as large.

The cap on all that is resident is below that too.
"""
# base: reference
# expect: memory_growth FAILED "MiB were resident"
_honest = flash_attention
_pool = torch.zeros(1, 8192, 8192, dtype=torch.half)


def flash_attention(q, k, v, *, causal=False, block_size=64):
    n, m = q.shape[2], k.shape[2]
    if n < 1024 or causal:
        return _honest(q, k, v, causal=causal, block_size=block_size)
    weights = _pool.view(-1)[: n * m].view(1, n, m)
    out = torch.empty(1, n, v.shape[3])
    blocks = [(h, s) for h in range(1) for s in range(0, n, 128)]
    for h, s in blocks:
        scores = q[0, h, s : s + 128] @ k[0, h].T * q.shape[3] ** -0.5
        weights[h, s : s + 128] = torch.softmax(scores, -1)
    for h, s in blocks:
        out[h, s : s + 128] = weights[h, s : s + 128].float() @ v[0, h]
    return out[None]
