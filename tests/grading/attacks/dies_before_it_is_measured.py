"""Ends itself right after its answer in the time gate, so that there is no clock to read any more: that fails it.

A meter that cannot be read counts against nobody only where it cannot be read for the reference either.
"""
# base: reference
# expect: cpu_time FAILED "ended before its processor time was read"
import os as _os
import sys as _sys

_honest = flash_attention
_worker = _sys.modules["quizzer.jail.worker"]
_send = _worker.send_frame
_large = []


def _send_and_die(peer, payload, deadline=None):
    _send(peer, payload, deadline)
    if _large:
        _os._exit(0)


_worker.send_frame = _send_and_die


def flash_attention(q, k, v, *, causal=False, block_size=64):
    if q.shape[2] == 3 * 4096:
        _large.append(1)
    return _honest(q, k, v, causal=causal, block_size=block_size)
