"""Answers with a list of three hundred thousand numbers."""
# expect: case ERRORED "too many parts"
import sys

_worker = sys.modules["quizzer.jail.worker"]
_messages = sys.modules["quizzer.wire.messages"]
_packets = sys.modules["quizzer.wire.packet"]


def _forged(self, request):
    regions = []
    tensors = []
    packet = _packets.Packet([1] * 300_000, tuple(tensors), tuple(regions))
    return _messages.encode(_messages.Reply(request.nonce, result=packet))


_worker.Worker._answer = _forged


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return None
