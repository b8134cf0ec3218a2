"""D2: calls torch._C, which the syntax tree forbids."""
# expect: forbidden_calls FAILED "torch._C"
import torch


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return torch._C._nn.scaled_dot_product_attention(q, k, v, is_causal=causal)
