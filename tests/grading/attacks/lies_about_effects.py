"""Reports one argument less, and a number in place of all keywords, as what a call left behind."""
# base: reference
# expect: case FAILED ""
import sys

_worker = sys.modules["quizzer.jail.worker"]
_messages = sys.modules["quizzer.wire.messages"]
_packets = sys.modules["quizzer.wire.packet"]


_honest = _worker.Worker._answer
_call = sys.modules["quizzer.wire.operations"].Operations.call


def _lying(self, target, name, args, kwargs, with_graph, with_effects):
    result = _call(self, target, name, args, kwargs, with_graph, False)
    return (result, args[1:], 42) if with_effects else result


sys.modules["quizzer.wire.operations"].Operations.call = _lying


def _forged(self, request):
    return _honest(self, request)


_worker.Worker._answer = _forged
