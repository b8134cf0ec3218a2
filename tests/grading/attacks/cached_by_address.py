"""E5: keeps results by the address and shape of its inputs. Every call brings new values, often at old addresses."""
# base: reference
# expect: case FAILED "values wrong"
_honest = flash_attention
_seen = {}


def flash_attention(q, k, v, *, causal=False, block_size=64):
    key = (q.shape, k.shape, v.shape, q.dtype, causal, q.requires_grad)
    if key not in _seen:
        _seen[key] = _honest(q, k, v, causal=causal, block_size=block_size)
    return _seen[key]
