from __future__ import annotations

import random
from typing import Any

import msgspec
import pytest
import torch

from quizzer.wire.arena import Arena
from quizzer.wire.errors import WireError
from quizzer.wire.messages import Reply, decode
from quizzer.wire.unpacking import unpack
from quizzer.wire.values import DTYPES

ARENA_BYTES = 1 << 20
ROUNDS = 4000
EDGES = (
    0, 1, 2, 3, 4, 8, 16, 64, 4096, ARENA_BYTES - 1, ARENA_BYTES, ARENA_BYTES + 1, 1 << 31, (1 << 32) - 1,
    1 << 47, 1 << 48, (1 << 48) + 1, (1 << 63) - 1, 1 << 63, (1 << 64) - 1, -1, -(1 << 63),
)  # fmt: skip
TAGS = ("tensor", "tuple", "dict", "dtype", "slice", "handle", "other")


class Forger:
    """Makes replies as no honest worker would: nearly right, or anything at all."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def payload(self) -> bytes:
        """Return one message as bytes, every fourth with bytes changed, left out or put in."""
        reply: Any = [self._number(), self._packet(), None, None]
        if self._chance(0.2):
            reply[self._random.randrange(4)] = self._node(0)
        raw = bytearray(msgspec.msgpack.encode(reply))
        if self._chance(0.25):
            at = self._random.randrange(len(raw))
            raw[at : at + self._random.randrange(3)] = self._random.randbytes(self._random.randrange(4))
        return bytes(raw)

    def _chance(self, of: float) -> bool:
        return self._random.random() < of

    def _number(self) -> int:
        return self._random.choice(EDGES) if self._chance(0.4) else self._random.randrange(70)

    def _numbers(self, count: int) -> list[int]:
        if self._chance(0.5):
            return [self._random.randrange(9) for _ in range(count)]
        return [self._number() for _ in range(count)]

    def _packet(self) -> list[Any]:
        regions = [[self._random.choice((0, 64, 8192, self._number())), self._number()] for _ in range(2)]
        if self._chance(0.6):
            regions = [[0, 4096], [8192, 4096]]
        headers = [self._header() for _ in range(self._random.randrange(4))]
        root = {"tensor": 0} if self._chance(0.5) else self._node(0)
        return [root, headers, regions]

    def _header(self) -> list[Any]:
        rank = self._random.choice((0, 1, 2, 3, 16, 17))
        dtype = self._random.choice((*DTYPES, "bool", "qint8"))
        offset = self._random.choice((0, 0, 16, self._number()))
        region = self._random.choice((0, 1, 1, self._number()))
        return [region, dtype, self._numbers(rank), self._numbers(rank), offset, self._chance(0.3)]

    def _node(self, depth: int) -> Any:
        if depth > 4 or self._chance(0.4):
            return self._random.choice((None, True, self._number(), float("nan"), "x", b"y", "float32"))
        parts = [self._node(depth + 1) for _ in range(self._random.randrange(4))]
        return self._random.choice((parts, {self._random.choice(TAGS): parts}, {"tensor": self._number()}))


@pytest.mark.parametrize("seed", range(3))
def test_a_malformed_reply_is_refused_or_harmless(seed: int) -> None:
    """Whatever bytes a worker answers with, reading them gives values that can be used, or WireError."""
    arena = Arena.create(ARENA_BYTES)
    arena.bytes[:] = torch.arange(ARENA_BYTES).to(torch.uint8)
    forger = Forger(seed)
    read = 0
    for _ in range(ROUNDS):
        try:
            reply = decode(forger.payload(), Reply)
            value = None if reply.result is None else unpack(reply.result, arena)
        except WireError:
            continue
        if isinstance(value, torch.Tensor):
            read += 1
            assert value.detach().clone().shape == value.shape
    arena.close()
    assert read > ROUNDS // 100  # the forger comes near enough to what is right
