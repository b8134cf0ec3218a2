"""Answers with a dictionary whose keys are tensors and lists."""
# expect: case ERRORED "keys"
import sys

_worker = sys.modules["quizzer.jail.worker"]
_messages = sys.modules["quizzer.wire.messages"]
_packets = sys.modules["quizzer.wire.packet"]


def _forged(self, request):
    regions = [_packets.Region(0, 4)]
    tensors = [_packets.TensorHeader(0, "float32", (1,), (1,), 0, False)]
    packet = _packets.Packet({"dict": [[{"tuple": [{"tensor": 0}]}, 1], [[1], 2]]}, tuple(tensors), tuple(regions))
    return _messages.encode(_messages.Reply(request.nonce, result=packet))


_worker.Worker._answer = _forged


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return None
