"""B13, D8: switches gradients off for the process, which leaves no graph: gradients are compared by value."""
# base: reference
# expect: case FAILED "gradient of q"
_honest = flash_attention


def flash_attention(q, k, v, *, causal=False, block_size=64):
    torch.set_grad_enabled(False)
    return _honest(q, k, v, causal=causal, block_size=block_size)
