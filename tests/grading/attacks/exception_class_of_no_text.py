"""Raises an exception whose class is named by lone surrogates, which Python refuses; the file does not load."""
# expect: problem "surrogates not allowed"
Hostile = type("\ud800Hostile", (Exception,), {})


def flash_attention(q, k, v, *, causal=False, block_size=64):
    raise Hostile("text")
