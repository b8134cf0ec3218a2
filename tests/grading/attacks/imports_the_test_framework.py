"""A4: imports pytest to call its skip. It lies outside of the files that a worker may read."""
# expect: problem "pytest"
import pytest


def flash_attention(q, k, v, *, causal=False, block_size=64):
    pytest.skip("not today")
