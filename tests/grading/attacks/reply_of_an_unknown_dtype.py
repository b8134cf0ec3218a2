"""Names a dtype that does not cross the wire."""
# expect: case ERRORED "unknown dtype"
import sys

_worker = sys.modules["quizzer.jail.worker"]
_messages = sys.modules["quizzer.wire.messages"]
_packets = sys.modules["quizzer.wire.packet"]


def _forged(self, request):
    regions = [_packets.Region(0, 64)]
    tensors = [_packets.TensorHeader(0, "qint8", (1,), (1,), 0, False)]
    packet = _packets.Packet({"tensor": 0}, tuple(tensors), tuple(regions))
    return _messages.encode(_messages.Reply(request.nonce, result=packet))


_worker.Worker._answer = _forged


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return None
