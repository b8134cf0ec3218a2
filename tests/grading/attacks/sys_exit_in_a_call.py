"""A3: raises SystemExit, which `except Exception` lets through. The worker answers it like any exception."""
# expect: case ERRORED "SystemExit: 0"
import sys


def flash_attention(q, k, v, *, causal=False, block_size=64):
    sys.exit(0)
