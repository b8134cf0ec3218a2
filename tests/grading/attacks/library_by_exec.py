"""D2: hides the call in a text that it runs with exec, which the syntax tree forbids."""
# expect: forbidden_calls FAILED "exec"
import torch

exec("import torch.nn.functional as F\nattend = getattr(F, 'scaled_dot_' + 'product_attention')")


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return attend(q, k, v, is_causal=causal)
