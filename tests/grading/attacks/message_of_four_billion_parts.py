"""Announces an array of four billion entries in a message of a few bytes, so that the decoder makes room for them."""
# expect: case ERRORED "cannot be read"
import sys

_worker = sys.modules["quizzer.jail.worker"]
_messages = sys.modules["quizzer.wire.messages"]
_packets = sys.modules["quizzer.wire.packet"]


def _forged(self, request):
    return b"\x94" + b"\x01" + b"\x93\xdd\xff\xff\xff\xff\x01"


_worker.Worker._answer = _forged


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return None
