"""B3: returns a tensor subclass that answers every torch function with itself. It crosses as a plain tensor."""
# expect: case FAILED "values wrong"
import torch


class Lying(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        if func.__name__ in ("detach", "cpu", "resolve_conj", "resolve_neg", "untyped_storage", "stride"):
            return super().__torch_function__(func, types, args, kwargs or {})
        if func.__name__ in ("eq", "allclose", "isclose", "equal", "__eq__"):
            return True
        return super().__torch_function__(func, types, args, kwargs or {})

    def __eq__(self, other):
        return True


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return torch.zeros(*q.shape[:3], v.shape[3], dtype=q.dtype).as_subclass(Lying)
