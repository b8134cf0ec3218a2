"""E2: answers, and goes on burning processor time in a thread. What it uses between two requests is counted."""
# base: reference
# expect: cpu_time FAILED ""
import threading as _threading

_honest = flash_attention


def _burn():
    table = torch.ones(512, 512)
    for _ in range(3000):
        table = table @ table  # without the lock that Python holds


def flash_attention(q, k, v, *, causal=False, block_size=64):
    if k.shape[2] >= 4096 and _threading.active_count() < 9:
        for _ in range(8):
            _threading.Thread(target=_burn, daemon=True).start()
    return _honest(q, k, v, causal=causal, block_size=block_size)
