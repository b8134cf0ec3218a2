"""Returns its queries."""
# expect: case FAILED ""
import torch


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return q
