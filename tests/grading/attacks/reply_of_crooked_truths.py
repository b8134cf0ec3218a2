"""Announces truth values whose bytes are neither zero nor one, which compare with nothing and everything."""
# expect: case ERRORED "neither true nor false"
import sys

_worker = sys.modules["quizzer.jail.worker"]
_messages = sys.modules["quizzer.wire.messages"]
_packets = sys.modules["quizzer.wire.packet"]


def _forged(self, request):
    self._leaving.bytes[:64] = 2
    regions = [_packets.Region(0, 64)]
    tensors = [_packets.TensorHeader(0, "bool", (64,), (1,), 0, False)]
    packet = _packets.Packet({"tensor": 0}, tuple(tensors), tuple(regions))
    return _messages.encode(_messages.Reply(request.nonce, result=packet))


_worker.Worker._answer = _forged


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return None
