"""Answers a request for gradients with a text, a number and a dictionary."""
# base: reference
# expect: case FAILED ""
import sys

_worker = sys.modules["quizzer.jail.worker"]
_messages = sys.modules["quizzer.wire.messages"]
_packets = sys.modules["quizzer.wire.packet"]


_honest = _worker.Worker._answer
sys.modules["quizzer.wire.operations"].Operations.vjp = lambda self, **arguments: ("a", 1, {}, None)


def _forged(self, request):
    return _honest(self, request)


_worker.Worker._answer = _forged
