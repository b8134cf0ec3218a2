"""F7: aborts. Its process is the first of its tree, to which that signal is another one; it dies all the same."""
# expect: case ERRORED "killed by signal"
import os


def flash_attention(q, k, v, *, causal=False, block_size=64):
    os.abort()
