"""D7: computes the whole score matrix, plainly."""
# expect: memory_growth FAILED "MiB were resident"
# base: reference
_honest = flash_attention


def flash_attention(q, k, v, *, causal=False, block_size=64):
    if causal or q.dtype.itemsize < 4:
        return _honest(q, k, v, causal=causal, block_size=block_size)
    return torch.softmax(q @ k.transpose(-2, -1) * q.shape[-1] ** -0.5, -1) @ v
