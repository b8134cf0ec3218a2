"""A7: reads standard input, which is empty from the start."""
# expect: case ERRORED "EOFError"


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return input()
