"""Announces a hundred thousand storages."""
# expect: case ERRORED "more than 4096 storages"
import sys

_worker = sys.modules["quizzer.jail.worker"]
_messages = sys.modules["quizzer.wire.messages"]
_packets = sys.modules["quizzer.wire.packet"]


def _forged(self, request):
    regions = [_packets.Region(0, 0) for _ in range(100_000)]
    tensors = []
    packet = _packets.Packet(None, tuple(tensors), tuple(regions))
    return _messages.encode(_messages.Reply(request.nonce, result=packet))


_worker.Worker._answer = _forged


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return None
