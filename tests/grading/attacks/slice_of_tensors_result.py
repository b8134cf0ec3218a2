"""Returns a slice that holds thousands of tensors, whose description would take long."""
# expect: case FAILED "gave a slice"
import torch


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return slice([torch.rand(1000, dtype=torch.float64)] * 4000, None, None)
