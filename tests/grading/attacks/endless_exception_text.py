"""Raises an exception whose text never ends. The deadline of the call is for the failure too."""
# expect: case TIMED_OUT ""
# deadlines: call_s=0.8 suite_s=6
class Hostile(Exception):
    def __str__(self):
        while True:
            pass


def flash_attention(q, k, v, *, causal=False, block_size=64):
    raise Hostile()
