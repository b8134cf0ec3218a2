"""Announces a tensor of 2**40 elements on four bytes, by strides of zero. What a reply stands for has a budget."""
# expect: case ERRORED "tensors of more than 256 MiB"
import sys

_worker = sys.modules["quizzer.jail.worker"]
_messages = sys.modules["quizzer.wire.messages"]
_packets = sys.modules["quizzer.wire.packet"]


def _forged(self, request):
    regions = [_packets.Region(0, 4)]
    tensors = [_packets.TensorHeader(0, "float32", (1 << 40,), (0,), 0, False)]
    packet = _packets.Packet({"tensor": 0}, tuple(tensors), tuple(regions))
    return _messages.encode(_messages.Reply(request.nonce, result=packet))


_worker.Worker._answer = _forged


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return None
