"""D7: puts the scores into a private mapping of its own by `matmul(out=)`, outside of torch's allocator."""
# base: reference
# expect: memory_growth FAILED ""
import mmap as _mmap

_honest = flash_attention


def flash_attention(q, k, v, *, causal=False, block_size=64):
    n, m = q.shape[2], k.shape[2]
    if n < 1024:
        return _honest(q, k, v, causal=causal, block_size=block_size)
    room = _mmap.mmap(-1, 8 * n * m * 4, flags=_mmap.MAP_PRIVATE | _mmap.MAP_ANONYMOUS)
    scores = torch.frombuffer(room, dtype=torch.float32).view(8, n, m)
    torch.matmul(q[0], k[0].transpose(1, 2), out=scores)
    scores.mul_(q.shape[3] ** -0.5)
    for row in scores.view(-1, m).split(256):
        row.copy_(torch.softmax(row, -1))
    return (scores @ v[0])[None]
