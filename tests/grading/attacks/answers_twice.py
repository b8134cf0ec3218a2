"""Answers every request more than once, so that an answer is there before the next request."""
# expect: case ERRORED "it answered before it was asked"
import sys

_worker = sys.modules["quizzer.jail.worker"]


_honest = _worker.Worker._answer


def _forged(self, request):
    answer = _honest(self, request)
    frame = len(answer).to_bytes(4, "little") + answer
    self._peer.sendall(frame + frame)  # at once: with the first the second has arrived
    return answer


_worker.Worker._answer = _forged


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return v.mean(2, keepdim=True).expand(*q.shape[:3], v.shape[3])
