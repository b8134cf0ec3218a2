"""E14: writes a result line to every descriptor. On the wire it is no frame, and the worker is ended."""
# expect: case ERRORED "the submission was ended"
import os


def flash_attention(q, k, v, *, causal=False, block_size=64):
    for number in range(64):
        try:
            os.write(number, b'{"verdict": {"status": "PASSED"}}\n')
        except OSError:
            pass
