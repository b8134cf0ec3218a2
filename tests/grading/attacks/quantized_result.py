"""Returns a quantized tensor, whose dtype does not cross the wire."""
# expect: case FAILED "expected a tensor"
import torch


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return torch._empty_affine_quantized(tuple(q.shape), scale=1.0, zero_point=0, dtype=torch.quint8)
