"""Grows the memory for the whole score matrix at import, so that no call's peak shows it: the cap counts it."""
# base: reference
# expect: memory_growth FAILED "MiB were resident"
_honest = flash_attention
_pool = torch.zeros(1, 8192, 8192)


def flash_attention(q, k, v, *, causal=False, block_size=64):
    n, m = q.shape[2], k.shape[2]
    if n < 1024 or causal:
        return _honest(q, k, v, causal=causal, block_size=block_size)
    scores = _pool.view(-1)[: n * m].view(1, n, m)
    torch.matmul(q[0], k[0].transpose(1, 2), out=scores)
    scores.mul_(q.shape[3] ** -0.5)
    for row in scores.view(-1, m).split(256):
        row.copy_(torch.softmax(row, -1))
    return (scores @ v[0])[None]
