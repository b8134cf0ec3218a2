"""Raises an exception whose class is named by lone surrogates, which no message can say: the worker ends."""
# expect: case ERRORED "ended its process"
Hostile = type("\ud800Hostile", (Exception,), {})


def flash_attention(q, k, v, *, causal=False, block_size=64):
    raise Hostile("text")
