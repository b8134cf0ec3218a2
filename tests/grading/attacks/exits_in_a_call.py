"""A1: ends its process with success in its first call. No answer is a failed case, whatever the exit status."""
# expect: case ERRORED "ended its process (exit 0)"
import os


def flash_attention(q, k, v, *, causal=False, block_size=64):
    os._exit(0)
