"""F2: maps readable files privately again and again and writes to the pages: data as any other."""
# expect: case ERRORED "Cannot allocate memory"
import mmap

import torch

_kept = []


def flash_attention(q, k, v, *, causal=False, block_size=64):
    path = torch.__file__.replace("__init__.py", "lib/libtorch_cpu.so")
    with open(path, "rb") as file:
        for _ in range(40):
            _kept.append(mmap.mmap(file.fileno(), 128 << 20, flags=mmap.MAP_PRIVATE, prot=3))
