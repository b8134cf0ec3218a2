"""F2: takes memory in steps, in bytes and tensors, up to 6 GiB. The limit on data is reached first."""
# expect: case ERRORED "MemoryError"
_kept = []


def flash_attention(q, k, v, *, causal=False, block_size=64):
    for _ in range(48):
        _kept.append(bytearray(128 << 20))
