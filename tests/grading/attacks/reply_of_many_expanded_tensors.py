"""Announces four thousand tensors on the same bytes, each of them large. The budget is for all together."""
# expect: case ERRORED "tensors of more than"
import sys

_worker = sys.modules["quizzer.jail.worker"]
_messages = sys.modules["quizzer.wire.messages"]
_packets = sys.modules["quizzer.wire.packet"]


def _forged(self, request):
    regions = [_packets.Region(0, 4)]
    tensors = [_packets.TensorHeader(0, "uint8", (1 << 20,), (0,), 0, False) for _ in range(4000)]
    packet = _packets.Packet([{"tensor": number} for number in range(4000)], tuple(tensors), tuple(regions))
    return _messages.encode(_messages.Reply(request.nonce, result=packet))


_worker.Worker._answer = _forged


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return None
