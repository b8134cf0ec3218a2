"""E1, E15: makes every clock of its process stand still, and is slow. Processor time is read from outside."""
# base: reference
# expect: cpu_time FAILED ""
import time as _time

_honest = flash_attention
for _name in ("time", "perf_counter", "perf_counter_ns", "monotonic", "process_time", "thread_time"):
    setattr(_time, _name, lambda: 0)


def flash_attention(q, k, v, *, causal=False, block_size=64):
    for _ in range(6 if k.shape[2] >= 4096 else 1):
        result = _honest(q, k, v, causal=causal, block_size=block_size)
    return result
