"""D2: calls the operator behind the function by torch.ops, which the syntax tree forbids."""
# expect: forbidden_calls FAILED "torch.ops"
import torch


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return torch.ops.aten._scaled_dot_product_flash_attention_for_cpu(q, k, v, 0.0, causal)[0]
