"""Returns NaN everywhere, which some comparisons let pass."""
# expect: case FAILED "values wrong"
import torch


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return torch.zeros(*q.shape[:3], v.shape[3], dtype=q.dtype) * float("nan")
