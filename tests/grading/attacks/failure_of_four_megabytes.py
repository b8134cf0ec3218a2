"""Answers with a failure whose name, text and frames fill a frame. The grader cuts what it shows."""
# expect: case ERRORED "AAAA"
import sys

_worker = sys.modules["quizzer.jail.worker"]
_messages = sys.modules["quizzer.wire.messages"]
_packets = sys.modules["quizzer.wire.packet"]


def _forged(self, request):
    frames = tuple((1, "f" * 50_000, "\x1b[2Jx" * 10_000) for _ in range(10))
    failure = _messages.Failure("A" * 500_000, "B" * 1_000_000, frames)
    return _messages.encode(_messages.Reply(request.nonce, failure=failure))


_worker.Worker._answer = _forged


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return None
