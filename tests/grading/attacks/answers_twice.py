"""Answers every request twice, so that the second answer is there before the next request."""
# expect: case ERRORED "it answered before it was asked"
import sys

_worker = sys.modules["quizzer.jail.worker"]
_messages = sys.modules["quizzer.wire.messages"]
_packets = sys.modules["quizzer.wire.packet"]


_honest = _worker.Worker._answer


def _forged(self, request):
    answer = _honest(self, request)
    _worker.send_frame(self._peer, answer)
    return answer


_worker.Worker._answer = _forged


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return v.mean(2, keepdim=True).expand(*q.shape[:3], v.shape[3])
