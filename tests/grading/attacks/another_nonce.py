"""Answers with the right form and another nonce."""
# expect: case ERRORED "its answer is not to this request"
import sys

_worker = sys.modules["quizzer.jail.worker"]
_messages = sys.modules["quizzer.wire.messages"]
_packets = sys.modules["quizzer.wire.packet"]


def _forged(self, request):
    return _messages.encode(_messages.Reply(request.nonce + 1, result=_packets.Packet(1.0)))


_worker.Worker._answer = _forged


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return None
