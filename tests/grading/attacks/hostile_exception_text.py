"""Raises an exception whose text raises, and whose repr does too."""
# expect: case ERRORED "Hostile"
class Hostile(Exception):
    def __str__(self):
        raise RuntimeError("no text")

    __repr__ = __str__


def flash_attention(q, k, v, *, causal=False, block_size=64):
    raise Hostile()
