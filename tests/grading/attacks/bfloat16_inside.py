"""D6: computes in bfloat16 and returns the right dtype."""
# expect: case FAILED "values wrong"
import torch


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return (torch.softmax((q @ k.mT).bfloat16() * q.shape[-1] ** -0.5, -1) @ v.bfloat16()).to(q.dtype)
