"""D2: calls the library in a thread, which the trace does not follow. The syntax tree forbids threading."""
# expect: forbidden_calls FAILED "threading"
import threading

import torch.nn.functional as F


def flash_attention(q, k, v, *, causal=False, block_size=64):
    out = []
    name = "scaled_dot_" + "product_attention"
    thread = threading.Thread(target=lambda: out.append(getattr(F, name)(q, k, v, is_causal=causal)))
    thread.start()
    thread.join()
    return out[0]
