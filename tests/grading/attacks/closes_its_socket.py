"""Closes its end of the socket and lives on. Nobody to talk to is nobody to wait for."""
# expect: case ERRORED "the submission"
# deadlines: call_s=2 suite_s=8
import sys

_worker = sys.modules["quizzer.jail.worker"]
_messages = sys.modules["quizzer.wire.messages"]
_packets = sys.modules["quizzer.wire.packet"]


import time


def _forged(self, request):
    self._peer.close()
    time.sleep(15)
    return b""


_worker.Worker._answer = _forged


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return None
