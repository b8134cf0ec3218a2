"""F8: lifts Python's limit and recurses through C, until the stack is full: a death like others."""
# expect: case ERRORED "SIGSEGV"
import sys


def flash_attention(q, k, v, *, causal=False, block_size=64):
    sys.setrecursionlimit(10**6)
    value = []
    for _ in range(400_000):
        value = [value]
    return repr(value)
