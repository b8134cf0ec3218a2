"""F1: forks, and its children fork. Making a process is denied."""
# expect: case ERRORED "nothing was forked"
import os


def flash_attention(q, k, v, *, causal=False, block_size=64):
    for _ in range(6):
        try:
            if os.fork() == 0:
                os._exit(0)
        except OSError:
            continue
        raise RuntimeError("forked")
    raise RuntimeError("nothing was forked")
