"""F2: asks for 6 GiB of bytes at once, more than the limit on data."""
# expect: case ERRORED "MemoryError"


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return bytearray(6 << 30)
