"""Keeps half of the score matrix in the memory that answers travel in, and drops its pages from what is resident.

The gate counts what the arenas hold, whoever looks at it, and punching holes into them is denied.
"""
# base: reference
# expect: memory_growth FAILED "MiB were resident"
import ctypes as _ctypes
import gc as _gc

_honest = flash_attention
_libc = _ctypes.CDLL(None, use_errno=True)
_ROWS = 64
_bytes = next(o for o in _gc.get_objects() if type(o).__name__ == "Worker" and hasattr(o, "_leaving"))._leaving.bytes


def _drop(tensor):
    _libc.madvise(_ctypes.c_void_p(tensor.data_ptr()), _ctypes.c_size_t(tensor.numel() * 4), 4)


def flash_attention(q, k, v, *, causal=False, block_size=64):
    n, m = q.shape[2], k.shape[2]
    heads = q.shape[0] * q.shape[1]
    if n < 1024 or causal:
        return _honest(q, k, v, causal=causal, block_size=block_size)
    begin, kept = 16 << 20, n // 2  # an arena holds half of the rows
    scores = _bytes[begin : begin + heads * kept * m * 4].view(torch.float32).view(heads, kept, m)
    out = torch.empty(heads, n, v.shape[3])
    blocks = [(h, s) for h in range(heads) for s in range(0, n, _ROWS)]
    for h, s in blocks:
        if s < kept:
            torch.matmul(q[0, h, s : s + _ROWS], k[0, h].T, out=scores[h, s : s + _ROWS])
            _drop(scores[h, s : s + _ROWS])
    for h, s in blocks:
        rows = scores[h, s : s + _ROWS] if s < kept else q[0, h, s : s + _ROWS] @ k[0, h].T
        out[h, s : s + _ROWS] = torch.softmax(rows * q.shape[3] ** -0.5, -1) @ v[0, h]
        if s < kept:
            _drop(rows)
    return out[None]
