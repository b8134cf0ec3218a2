"""Returns a tensor on the meta device, which has no values."""
# expect: case FAILED "expected a tensor"
import torch


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return torch.zeros(*q.shape[:3], v.shape[3], dtype=q.dtype).to("meta")
