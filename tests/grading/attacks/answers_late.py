"""Answers after the deadline, when the next case has begun. By then it is dead."""
# expect: case TIMED_OUT "no answer within 0.6 s"
# deadlines: call_s=0.6 suite_s=6
import sys

_worker = sys.modules["quizzer.jail.worker"]
_messages = sys.modules["quizzer.wire.messages"]
_packets = sys.modules["quizzer.wire.packet"]


import time

_honest = _worker.Worker._answer


def _forged(self, request):
    time.sleep(0.9)
    return _honest(self, request)


_worker.Worker._answer = _forged


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return None
