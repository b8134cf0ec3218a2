"""Returns a lazily conjugated and negated view, whose bytes are not its values."""
# expect: case FAILED "complex"
import torch


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return torch.full(q.shape, 1j).conj()
