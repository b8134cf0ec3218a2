"""Announces thousands of storages that are all the whole arena, each to be copied. Storages may not overlap."""
# expect: case ERRORED "storages that overlap"
import sys

_worker = sys.modules["quizzer.jail.worker"]
_messages = sys.modules["quizzer.wire.messages"]
_packets = sys.modules["quizzer.wire.packet"]


def _forged(self, request):
    regions = [_packets.Region(0, 256 << 20) for _ in range(4000)]
    tensors = [_packets.TensorHeader(0, "uint8", (1,), (1,), 0, False)]
    packet = _packets.Packet({"tensor": 0}, tuple(tensors), tuple(regions))
    return _messages.encode(_messages.Reply(request.nonce, result=packet))


_worker.Worker._answer = _forged


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return None
