"""Returns a whole number of a million bits, which no message can say."""
# expect: case ERRORED "cannot be sent"
import torch


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return 1 << 1_000_000
