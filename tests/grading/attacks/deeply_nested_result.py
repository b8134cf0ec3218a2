"""F8: returns a list nested a hundred thousand times. The wire goes 32 levels deep."""
# expect: case ERRORED "levels deep"


def flash_attention(q, k, v, *, causal=False, block_size=64):
    value = []
    for _ in range(100_000):
        value = [value]
    return value
