"""Returns a tuple with the right tensor in it."""
# expect: case FAILED "gave a tuple of 1, expected a tensor"
import torch


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return (torch.zeros(*q.shape[:3], v.shape[3], dtype=q.dtype),)
