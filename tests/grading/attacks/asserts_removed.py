"""B10: replaces AssertionError and other builtins. They are its own process's only."""
# expect: case FAILED "values wrong"
import builtins

import torch

builtins.AssertionError = type("AssertionError", (BaseException,), {"__init__": lambda self, *a: None})
builtins.all = lambda *args: True
builtins.any = lambda *args: False
builtins.Exception = BaseException


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return torch.zeros(*q.shape[:3], v.shape[3], dtype=q.dtype)
