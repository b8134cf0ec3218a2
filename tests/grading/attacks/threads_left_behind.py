"""F3, F10: leaves threads that do not end, daemons and others. They end with their process, which is killed."""
# base: reference
# expect: case FAILED "values wrong"
import threading as _threading
import time as _time

_honest = flash_attention


def flash_attention(q, k, v, *, causal=False, block_size=64):
    if _threading.active_count() < 20:
        for is_daemon in (True, False):
            _threading.Thread(target=_time.sleep, args=(15,), daemon=is_daemon).start()
    return _honest(q, k, v, causal=causal, block_size=block_size) * 0
