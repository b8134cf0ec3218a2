"""E4: returns a tensor subclass that computes when it is looked at, and is slow. It is looked at before it is sent."""
# base: reference
# expect: cpu_time FAILED ""
_honest = flash_attention


class _Lazy(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        self = args[0]
        if getattr(self, "later", None) and func.__name__ == "detach":
            later, self.later = self.later, None
            for _ in range(6):
                result = later()
            return result.detach()
        return super().__torch_function__(func, types, args, kwargs or {})


def flash_attention(q, k, v, *, causal=False, block_size=64):
    if k.shape[2] < 4096:
        return _honest(q, k, v, causal=causal, block_size=block_size)
    lazy = torch.empty(*q.shape[:3], v.shape[3]).as_subclass(_Lazy)
    lazy.later = lambda: _honest(q, k, v, causal=causal, block_size=block_size)
    return lazy
