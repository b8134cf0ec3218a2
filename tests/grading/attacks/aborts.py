"""F7: aborts, and kills itself with other signals."""
# expect: case ERRORED "SIGABRT"
import os


def flash_attention(q, k, v, *, causal=False, block_size=64):
    os.abort()
