"""D2: calls the kernel by its private name in torch. The trace knows operators by what they begin with."""
# expect: forbidden_calls FAILED "scaled_dot_product"
import torch


def flash_attention(q, k, v, *, causal=False, block_size=64):
    name = "_scaled_dot_" + "product_attention_math"
    return getattr(torch, name)(q, k, v, is_causal=causal)[0]
