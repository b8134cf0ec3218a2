"""D8: gives the right values a backward pass of its own that returns zeros."""
# expect: case FAILED "gradient of q"
# base: reference
_honest = flash_attention


class _Free(torch.autograd.Function):
    @staticmethod
    def forward(ctx, q, k, v, causal, block_size):
        ctx.save_for_backward(q, k, v)
        return _honest(q, k, v, causal=causal, block_size=block_size)

    @staticmethod
    def backward(ctx, gradient):
        return (*(torch.zeros_like(one) for one in ctx.saved_tensors), None, None)


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return _Free.apply(q, k, v, causal, block_size)
