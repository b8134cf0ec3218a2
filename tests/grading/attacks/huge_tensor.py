"""F2: asks for a tensor of a terabyte. The limit on data turns that into an exception."""
# expect: case ERRORED "can't allocate memory"
import torch


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return torch.empty(1 << 40)
