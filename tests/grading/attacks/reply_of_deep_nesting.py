"""Answers with nested lists, deeper than the wire goes."""
# expect: case ERRORED ""
import sys

_worker = sys.modules["quizzer.jail.worker"]
_messages = sys.modules["quizzer.wire.messages"]
_packets = sys.modules["quizzer.wire.packet"]


def _nested(depth):
    return [_nested(depth - 1)] if depth else []


def _forged(self, request):
    regions = []
    tensors = []
    packet = _packets.Packet(_nested(60), tuple(tensors), tuple(regions))
    return _messages.encode(_messages.Reply(request.nonce, result=packet))


_worker.Worker._answer = _forged


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return None
