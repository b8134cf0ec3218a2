"""Replaces the functions of the worker: packing, naming, tracing. What comes of it is data, and wrong."""
# expect: case FAILED ""
import sys

import torch

_worker = sys.modules["quizzer.jail.worker"]
_pack = _worker.pack
_answer = _worker.Worker._answer


def _forged(self, request):
    _worker.pack = lambda value, arena, register: _pack("PASSED", arena, register)
    return _answer(self, request)


_worker.Worker._answer = _forged


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return torch.zeros(*q.shape[:3], v.shape[3], dtype=q.dtype)
