"""D1: calls the library's attention under another name. The syntax tree resolves aliases, and the trace sees the call."""
# expect: forbidden_calls FAILED "scaled_dot_product_attention"
from torch.nn import functional as Q

attend = Q.scaled_dot_product_attention


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return attend(q, k, v, is_causal=causal)
