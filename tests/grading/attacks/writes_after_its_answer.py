"""Answers with zeros and goes on writing to the arena from a thread. The grader copies before it looks: no value passes.

What it reads is one copy; a later write can make it wrong but not torn between a check and its use.
"""
# expect: case FAILED "values wrong"
import gc
import threading

import torch

_arena = next(o for o in gc.get_objects() if type(o).__name__ == "Worker" and hasattr(o, "_leaving"))._leaving


def _scribble():
    for number in range(200_000):
        _arena.bytes[: 1 << 16] = number % 251


threading.Thread(target=_scribble, daemon=True).start()


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return torch.zeros(*q.shape[:3], v.shape[3], dtype=q.dtype)
