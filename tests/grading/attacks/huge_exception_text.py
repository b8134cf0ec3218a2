"""Raises an exception with a text of a hundred million characters. It is cut."""
# expect: case ERRORED "Hostile: xxx"
class Hostile(Exception):
    pass


def flash_attention(q, k, v, *, causal=False, block_size=64):
    raise Hostile("x" * 10**8)
