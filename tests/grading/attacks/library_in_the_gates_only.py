"""D4: its own code in the cases, the library where cost is measured. Calls are traced at the gates' sizes too."""
# base: reference
# gates: cpu_time
# expect: forbidden_calls FAILED "while it ran"
import torch.nn.functional as _F

_honest = flash_attention
_name = "scaled_dot_" + "product_attention"
_library = next(value for name, value in _F.__dict__.items() if name == _name)


def flash_attention(q, k, v, *, causal=False, block_size=64):
    if q.shape[2] < 1024 and k.shape[2] < 1024:
        return _honest(q, k, v, causal=causal, block_size=block_size)
    return _library(q, k, v)
