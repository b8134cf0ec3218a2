"""F6: opens files without closing them until it is refused, and still has to answer."""
# expect: case ERRORED "Too many open files"
_open = []


def flash_attention(q, k, v, *, causal=False, block_size=64):
    for _ in range(1000):
        _open.append(open("/dev/null"))
