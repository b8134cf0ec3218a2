"""Returns right values, strided so widely that each result brings a storage of 200 MiB along.

Reported results are kept compactly and only within a budget.
"""
# base: reference
# expect: case ERRORED "not run: the cases took longer"
# deadlines: suite_s=6
_honest = flash_attention
_room = torch.empty(52 << 20)


def flash_attention(q, k, v, *, causal=False, block_size=64):
    result = _honest(q, k, v, causal=causal, block_size=block_size)
    if result.dtype != torch.float32 or result.requires_grad or result.numel() < 2:
        return result
    step = (_room.numel() - 1) // (result.numel() - 1)
    wide = _room.as_strided((result.numel(),), (step,))
    wide.copy_(result.flatten())
    strides = [step * s for s in result.contiguous().stride()]
    return _room.as_strided(result.shape, strides)
