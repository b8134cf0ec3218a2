"""Answers with a trace of hundreds of thousands of names, new ones each time."""
# expect: case FAILED "expected a tensor"
import sys

_worker = sys.modules["quizzer.jail.worker"]
_messages = sys.modules["quizzer.wire.messages"]
_packets = sys.modules["quizzer.wire.packet"]


_count = 0


def _forged(self, request):
    global _count
    _count += 1
    trace = _messages.Trace(tuple(f"{_count}x{number}" for number in range(300_000)), (1,) * 100_000)
    return _messages.encode(_messages.Reply(request.nonce, result=_packets.Packet(1.0), trace=trace))


_worker.Worker._answer = _forged


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return None
