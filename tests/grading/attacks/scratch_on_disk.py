"""Writes its scores to a file instead of memory. No folder can be written."""
# expect: case ERRORED "Permission denied"
import tempfile


def flash_attention(q, k, v, *, causal=False, block_size=64):
    with tempfile.TemporaryFile() as file:
        file.write(b"x")
