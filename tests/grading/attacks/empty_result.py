"""Returns an empty tensor."""
# expect: case FAILED "expected the shape"
import torch


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return torch.empty(0)
