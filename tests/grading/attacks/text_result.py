"""Returns the word that a verdict would say."""
# expect: case FAILED "expected a tensor"
import torch


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return "PASSED"
