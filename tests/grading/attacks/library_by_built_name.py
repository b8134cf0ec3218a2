"""D2: builds the name of the library's function. The trace of the call sees what the syntax tree does not."""
# expect: forbidden_calls FAILED "while it ran"
import torch.nn.functional as F


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return getattr(F, "scaled_dot_" + "product_attention")(q, k, v, is_causal=causal)
