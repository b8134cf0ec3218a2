"""Finds its socket and answers with guessed nonces, before its own answer. A nonce has 62 random bits."""
# expect: case ERRORED "its answer is not to this request"
import gc
import sys

import torch

_worker = next(o for o in gc.get_objects() if type(o).__name__ == "Worker" and hasattr(o, "_peer"))
_messages = sys.modules["quizzer.wire.messages"]
_packets = sys.modules["quizzer.wire.packet"]


def _forge():
    for nonce in range(20):
        reply = _messages.Reply(nonce, result=_packets.Packet(1.0))
        sys.modules["quizzer.wire.frames"].send_frame(_worker._peer, _messages.encode(reply))


def flash_attention(q, k, v, *, causal=False, block_size=64):
    _forge()
    return torch.zeros(1)
