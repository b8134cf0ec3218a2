"""Returns a dictionary of thousands of tensors, whose description would take minutes: only its length is told."""
# expect: case FAILED "dict"
import torch


def flash_attention(q, k, v, *, causal=False, block_size=64):
    tensor = torch.rand(1000, dtype=torch.float64)
    return {number: tensor for number in range(4000)}
