"""D7: computes the whole score matrix in NumPy, where no operator of torch is traced. The kernel counts pages."""
# base: reference
# expect: memory_growth FAILED ""
import numpy as _np

_honest = flash_attention


def flash_attention(q, k, v, *, causal=False, block_size=64):
    if q.shape[2] < 1024:
        return _honest(q, k, v, causal=causal, block_size=block_size)
    q, k, v = (one.numpy() for one in (q, k, v))
    scores = q @ k.swapaxes(-1, -2) * q.shape[-1] ** -0.5
    scores -= scores.max(-1, keepdims=True)
    _np.exp(scores, out=scores)
    scores /= scores.sum(-1, keepdims=True)
    return torch.from_numpy(scores @ v)
