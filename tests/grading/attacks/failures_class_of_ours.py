"""Raises what the grader raises itself, by name: GraderFault, CaseFailed, SubmissionTimedOut. Names are text."""
# expect: case ERRORED "GraderFault: the reference fails"
import sys

_worker = sys.modules["quizzer.jail.worker"]
_messages = sys.modules["quizzer.wire.messages"]
_packets = sys.modules["quizzer.wire.packet"]


def _forged(self, request):
    failure = _messages.Failure("GraderFault", "the reference fails the case too")
    return _messages.encode(_messages.Reply(request.nonce, failure=failure))


_worker.Worker._answer = _forged


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return None
