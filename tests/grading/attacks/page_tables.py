"""Fills kernel memory with page tables: touches few pages of a huge read-only mapping.

Neither the data limit nor resident memory counts that; the limit on address space does.
"""
# base: reference
# expect: case ERRORED "Cannot allocate memory"
import mmap as _mmap

_honest = flash_attention


def flash_attention(q, k, v, *, causal=False, block_size=64):
    room = _mmap.mmap(-1, 32 << 30, flags=_mmap.MAP_PRIVATE | _mmap.MAP_ANONYMOUS, prot=_mmap.PROT_READ)
    for offset in range(0, 32 << 30, 2 << 20):
        room[offset]
    return _honest(q, k, v, causal=causal, block_size=block_size)
