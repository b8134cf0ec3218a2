"""B8: puts a module of its own in torch's place for whoever imports it later. Nobody does."""
# expect: case FAILED "values wrong"
import sys
import types

import torch

_fake = types.ModuleType("torch")
_fake.__dict__.update(torch.__dict__)
_fake.equal = _fake.allclose = lambda *args, **kwargs: True
sys.modules["torch"] = _fake
sys.modules["msgspec"] = _fake


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return torch.zeros(*q.shape[:3], v.shape[3], dtype=q.dtype)
