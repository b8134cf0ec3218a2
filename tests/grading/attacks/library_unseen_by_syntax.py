"""D2: reaches the library by computed names only, outside of the trace. A computed name on anything but self is forbidden."""
# base: reference
# expect: forbidden_calls FAILED "getattr"
import sys as _sys

import torch.nn.functional as _F

_honest = flash_attention
_take = getattr
_all = _take(_sys, "mod" + "ules")
_thread = _all["thread" + "ing"]


def flash_attention(q, k, v, *, causal=False, block_size=64):
    if causal or q.shape[2] != k.shape[2] or q.dtype.itemsize < 4 or k.abs().max() > 9:
        return _honest(q, k, v, causal=causal, block_size=block_size)
    out = []
    attend = _take(_F, "scaled_dot_" + "product_attention")
    thread = _take(_thread, "Thr" + "ead")(target=lambda: out.append(attend(q, k, v)))
    thread.start()
    thread.join()
    return out[0]
