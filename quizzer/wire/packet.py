"""A packet: what a message looks like between the two sides, and how large it may be."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec

MAXIMUM_DEPTH = 32
MAXIMUM_NODES = 100_000
MAXIMUM_TENSORS = 4096
MAXIMUM_RANK = 16
MAXIMUM_ELEMENTS = (
    1 << 25
)  # of all tensors: however narrow they are, a comparison makes 8 or 16 bytes of each

Node = Any
"""None, bool, int, float, str, bytes, a list of nodes, or a map of one tag."""


class Tag(StrEnum):
    """What a map of one entry stands for."""

    TENSOR = "tensor"
    TUPLE = "tuple"
    DICT = "dict"
    DTYPE = "dtype"
    SLICE = "slice"
    HANDLE = "handle"


class Region(msgspec.Struct, frozen=True, array_like=True):
    """The bytes of a storage: offset and length in the arena."""

    offset: int
    length: int


class TensorHeader(msgspec.Struct, frozen=True, array_like=True):
    """A tensor as a view of a region: shape and strides in elements, `offset` in bytes."""

    region: int
    dtype: str
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    offset: int
    requires_grad: bool


class Packet(msgspec.Struct, frozen=True, array_like=True):
    """A value: its tree, the tensors that it names by their number, and the storages they look at."""

    root: Node
    tensors: tuple[TensorHeader, ...] = ()
    regions: tuple[Region, ...] = ()
