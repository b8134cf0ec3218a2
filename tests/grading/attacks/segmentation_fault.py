"""F7: reads address zero. A process that dies is a case that errs, with the name of the signal."""
# expect: case ERRORED "SIGSEGV"
import ctypes


def flash_attention(q, k, v, *, causal=False, block_size=64):
    ctypes.string_at(0)
