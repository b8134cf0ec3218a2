"""Returns a dictionary."""
# expect: case FAILED "gave a dict of 1, expected a tensor"
import torch


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return {"out": q}
