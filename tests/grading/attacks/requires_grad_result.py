"""D8: returns a leaf that requires a gradient and hangs on nothing. Gradients are compared by value."""
# expect: case FAILED "gradient of q"
# base: reference
_honest = flash_attention


def flash_attention(q, k, v, *, causal=False, block_size=64):
    result = _honest(q, k, v, causal=causal, block_size=block_size).detach()
    return result.requires_grad_(result.is_floating_point())
