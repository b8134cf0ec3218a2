"""Announces a frame of four gibibytes. A frame may hold four mebibytes."""
# expect: case ERRORED "a message that announces"
import sys

_worker = sys.modules["quizzer.jail.worker"]
_messages = sys.modules["quizzer.wire.messages"]
_packets = sys.modules["quizzer.wire.packet"]


def _forged(self, request):
    self._peer.sendall(b"\xff\xff\xff\xff")
    return b""


_worker.Worker._answer = _forged


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return None
