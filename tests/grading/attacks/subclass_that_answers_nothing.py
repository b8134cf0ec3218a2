"""B3: returns a tensor subclass whose every torch function gives a string. What comes of that is data or an error."""
# expect: case ERRORED ""
import torch


class Silent(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        return "PASSED"


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return torch.zeros(*q.shape[:3], v.shape[3], dtype=q.dtype).as_subclass(Silent)
