"""Returns itself."""
# expect: case FAILED "gave a function, expected a tensor"
import torch


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return flash_attention
