"""Returns 256 million elements wherever one of its own results is what another is compared with.

A reply has a budget of elements, so that a comparison in float64 stays small.
"""
# expect: case ERRORED "tensors of more than"
import torch

_huge = torch.zeros(1 << 28, dtype=torch.uint8)


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return _huge.view(torch.float8_e5m2)
