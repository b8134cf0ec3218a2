"""F8: recurses without end. Python ends that with an exception, which is answered like any other."""
# expect: case ERRORED "RecursionError"


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return flash_attention(q, k, v)
