"""Answers one request and then never reads again. Sending has a deadline too."""
# expect: case TIMED_OUT ""
# deadlines: call_s=0.6 suite_s=6
import sys

_worker = sys.modules["quizzer.jail.worker"]
_messages = sys.modules["quizzer.wire.messages"]
_packets = sys.modules["quizzer.wire.packet"]


import time


def _forged(self, request):
    time.sleep(15)
    return b""


_worker.Worker._answer = _forged


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return None
