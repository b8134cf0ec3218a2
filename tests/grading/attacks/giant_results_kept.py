"""Answers every call with 256 MiB, so that what is kept for the diagnosis outgrows the grader.

A reply has a budget of elements, and so has what is kept of a case.
"""
# expect: case ERRORED "tensors of more than"
import torch

_huge = torch.zeros(1).expand(1 << 26)


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return _huge
