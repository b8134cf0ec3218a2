"""Keeps the whole score matrix in a shared mapping and drops its pages from the resident size block by block.

Shared mappings are denied: their pages outlive MADV_DONTNEED and no counter of the process shows them.
"""
# base: reference
# expect: case ERRORED "Operation not permitted"
import mmap as _mmap

import numpy as _np

_honest = flash_attention
_ROWS = 64


def flash_attention(q, k, v, *, causal=False, block_size=64):
    n, m = q.shape[2], k.shape[2]
    heads = q.shape[0] * q.shape[1]
    room = _mmap.mmap(-1, max(4096, heads * n * m * 4))
    if n < 1024 or causal:
        return _honest(q, k, v, causal=causal, block_size=block_size)
    scores = torch.from_numpy(_np.frombuffer(room, dtype=_np.float32)).view(heads, n, m)
    out = torch.empty(heads, n, v.shape[3])
    blocks = [(h, s) for h in range(heads) for s in range(0, n, _ROWS)]
    for h, s in blocks:
        torch.matmul(q[0, h, s : s + _ROWS], k[0, h].T, out=scores[h, s : s + _ROWS])
        room.madvise(_mmap.MADV_DONTNEED, (h * n + s) * m * 4, _ROWS * m * 4)
    for h, s in blocks:
        out[h, s : s + _ROWS] = torch.softmax(scores[h, s : s + _ROWS] * q.shape[3] ** -0.5, -1) @ v[0, h]
        room.madvise(_mmap.MADV_DONTNEED, (h * n + s) * m * 4, _ROWS * m * 4)
    return out[None]
