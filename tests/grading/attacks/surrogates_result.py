"""Returns a text of lone surrogates, which UTF-8 cannot say."""
# expect: case ERRORED ""
import torch


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return "\ud800\udfff"
