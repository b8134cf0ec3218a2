"""D4: tries its own code and falls back to the library. Every call of every case is traced."""
# expect: forbidden_calls FAILED "while it ran"
import torch.nn.functional as F


def flash_attention(q, k, v, *, causal=False, block_size=64):
    try:
        raise NotImplementedError
    except NotImplementedError:
        return getattr(F, "scaled_dot_" + "product_attention")(q, k, v, is_causal=causal)
