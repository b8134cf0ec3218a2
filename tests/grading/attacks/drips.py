"""Sends its answer in single bytes, one every fifth of a second. The deadline is for the whole answer."""
# expect: case TIMED_OUT "no answer within 0.8 s"
# deadlines: call_s=0.8 suite_s=6
import sys

_worker = sys.modules["quizzer.jail.worker"]
_messages = sys.modules["quizzer.wire.messages"]
_packets = sys.modules["quizzer.wire.packet"]


import time


def _forged(self, request):
    self._peer.sendall(b"\x40\x00\x00\x00")
    for _ in range(60):
        self._peer.sendall(b"\x00")
        time.sleep(0.2)
    return b""


_worker.Worker._answer = _forged


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return None
