"""A7: sleeps instead of working, just below the call's deadline. All cases together have one too."""
# base: reference
# expect: case ERRORED "not run: the cases took longer than 3 s together"
# deadlines: call_s=1 suite_s=3
import time as _time

_honest = flash_attention


def flash_attention(q, k, v, *, causal=False, block_size=64):
    _time.sleep(0.7)
    return _honest(q, k, v, causal=causal, block_size=block_size)
