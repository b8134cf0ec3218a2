"""Keeps the whole score matrix in a shared mapping and drops its pages from the resident size block by block.

Shared mappings are denied: their pages outlive MADV_DONTNEED and no counter of the process shows them.
"""
# base: reference
# expect: case ERRORED "Operation not permitted"
import mmap as _mmap

import numpy as _np

_ROWS = 64


def flash_attention(q, k, v, *, causal=False, block_size=64):
    n, m = q.shape[2], k.shape[2]
    row_bytes = -(-m * 4 // 4096) * 4096
    room = _mmap.mmap(-1, max(1, q.shape[0] * q.shape[1] * n) * row_bytes)
    if q.shape[2] < 1024:
        return _attend_all(q, k, v, causal, block_size)
    scores = torch.from_numpy(_np.frombuffer(room, dtype=_np.float32)).view(-1, row_bytes // 4)[:, :m]
    for start in range(0, n, _ROWS):
        end = start + _ROWS
        torch.matmul(q[0, 0, start:end], k[0, 0].T, out=scores[start:end])
        room.madvise(_mmap.MADV_DONTNEED, start * row_bytes, _ROWS * row_bytes)
    out = []
    for start in range(0, n, _ROWS):
        end = start + _ROWS
        out.append(torch.softmax(scores[start:end] * q.shape[3] ** -0.5, -1) @ v[0, 0])
        room.madvise(_mmap.MADV_DONTNEED, start * row_bytes, _ROWS * row_bytes)
    return torch.cat(out)[None, None]


_attend_all_reference = None
_honest = None


def _attend_all(q, k, v, causal, block_size):
    blocks = [
        _attend(q[:, :, s : s + block_size].to(torch.promote_types(q.dtype, torch.float32)), k, v,
                _visible(q, k, s, causal), block_size)
        for s in range(0, q.shape[2], block_size)
    ]
    return torch.cat(blocks, 2).to(q.dtype)
