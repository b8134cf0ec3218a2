"""Recognises the memory gate by its shapes and returns zeros there, for nothing: the gate checks values too."""
# base: reference
# expect: memory_growth FAILED "wrong"

_honest = flash_attention


def flash_attention(q, k, v, *, causal=False, block_size=64):
    if q.shape[2] >= 1024:
        return q.new_zeros(*q.shape[:3], v.shape[3])
    return _honest(q, k, v, causal=causal, block_size=block_size)
