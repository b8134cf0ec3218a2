"""E7: replays its result of the warm-up in the rounds that are timed. Each round has inputs of its own."""
# base: reference
# expect: cpu_time FAILED "values wrong"
_honest = flash_attention
_first = []


def flash_attention(q, k, v, *, causal=False, block_size=64):
    if q.shape[2] != 128 or k.shape[2] <= 128:
        return _honest(q, k, v, causal=causal, block_size=block_size)
    _first.append(None)
    if len(_first) == 1:
        _first[0] = _honest(q, k, v, causal=causal, block_size=block_size)
    return _first[0]
