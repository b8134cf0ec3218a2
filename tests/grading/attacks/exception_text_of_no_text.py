"""Raises an exception whose text is of lone surrogates and controls."""
# expect: case ERRORED "Hostile"
class Hostile(Exception):
    pass


def flash_attention(q, k, v, *, causal=False, block_size=64):
    raise Hostile("\ud800\udc00\0\x1b[2J\r\n")
