"""C6: answers by shape from a table of outputs. Inputs are drawn afresh, so a table of shapes is a table of nothing."""
# expect: case FAILED "values wrong"
import torch

_table = {}


def flash_attention(q, k, v, *, causal=False, block_size=64):
    key = (q.shape, k.shape, v.shape, causal)
    if key not in _table:
        _table[key] = torch.randn(*q.shape[:3], v.shape[3]).to(q.dtype)
    return _table[key]
