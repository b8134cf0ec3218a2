"""Packets to values: all that a peer says is checked, its bytes are copied before they are read."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from math import prod
from typing import Any

import torch

from quizzer.wire.arena import Arena
from quizzer.wire.errors import WireError
from quizzer.wire.packet import (
    MAXIMUM_DEPTH,
    MAXIMUM_ELEMENTS,
    MAXIMUM_NODES,
    MAXIMUM_RANK,
    MAXIMUM_TENSORS,
    Node,
    Packet,
    Region,
    Tag,
    TensorHeader,
)
from quizzer.wire.packing import extent_bytes
from quizzer.wire.values import DTYPES, Handle

Resolve = Callable[[Handle], object]
_MAXIMUM_SIZE = 1 << 48  # of a dimension or a stride; above it no tensor that fits is possible


def unpack(packet: Packet, arena: Arena, resolve: Resolve | None = None) -> Any:
    """Return the value of `packet`, on memory of its own; handles go through `resolve` if there is one.

    Raises:
        WireError: If the packet breaks a rule: regions that overlap or leave the arena, tensors
            that leave their region or stand for more bytes than an arena holds, too many parts.
    """
    _check_regions(packet.regions, arena.size)
    _check_tensors(packet, arena.size)
    storages = [_copy_region(region, arena) for region in packet.regions]
    tensors = [_make_tensor(header, storages[header.region]) for header in packet.tensors]
    return _Reader(tensors, resolve).read(packet.root, 0)


def _check_regions(regions: tuple[Region, ...], size: int) -> None:
    if len(regions) > MAXIMUM_TENSORS:
        raise WireError(f"more than {MAXIMUM_TENSORS} storages")
    for region in regions:
        if region.offset < 0 or region.length < 0 or region.offset + region.length > size:
            raise WireError("a storage outside the arena")
    filled = sorted((region.offset, region.length) for region in regions if region.length)
    if any(offset + length > following for (offset, length), (following, _) in pairwise(filled)):
        raise WireError("storages that overlap")


def _check_tensors(packet: Packet, budget_bytes: int) -> None:
    if len(packet.tensors) > MAXIMUM_TENSORS:
        raise WireError(f"more than {MAXIMUM_TENSORS} tensors")
    total = elements = 0
    for header in packet.tensors:
        _check_header(header, len(packet.regions))
        item_bytes = DTYPES[header.dtype].itemsize
        end = header.offset + extent_bytes(header.shape, header.strides, item_bytes)
        if header.offset < 0 or header.offset % item_bytes or end > packet.regions[header.region].length:
            raise WireError("a tensor outside its storage")
        # An expanded tensor is small on the wire and large when it is compared.
        elements += prod(header.shape)
        total += prod(header.shape) * item_bytes
    if total > budget_bytes:
        raise WireError(f"tensors of more than {budget_bytes >> 20} MiB")
    if elements > MAXIMUM_ELEMENTS:
        raise WireError(f"tensors of more than {MAXIMUM_ELEMENTS} elements")


def _check_header(header: TensorHeader, regions: int) -> None:
    if header.dtype not in DTYPES:
        raise WireError("a tensor of an unknown dtype")
    if not 0 <= header.region < regions:
        raise WireError("a tensor without a storage")
    if len(header.shape) > MAXIMUM_RANK or len(header.shape) != len(header.strides):
        raise WireError("a tensor of an impossible shape")
    if any(not 0 <= number <= _MAXIMUM_SIZE for number in (*header.shape, *header.strides)):
        raise WireError("a tensor of an impossible shape")
    if prod(max(1, number) for number in header.shape) > _MAXIMUM_SIZE:
        raise WireError("a tensor of an impossible shape")  # empty, but sums over its strides overflow


def _copy_region(region: Region, arena: Arena) -> torch.UntypedStorage:
    end = region.offset + region.length
    return arena.bytes[region.offset : end].clone().untyped_storage()


def _make_tensor(header: TensorHeader, storage: torch.UntypedStorage) -> torch.Tensor:
    dtype = DTYPES[header.dtype]
    if dtype is torch.bool and (_view(header, storage, torch.uint8) > 1).any():
        raise WireError("a truth value that is neither true nor false")
    tensor = _view(header, storage, dtype)
    if header.requires_grad and (dtype.is_floating_point or dtype.is_complex):
        tensor.requires_grad_()
    return tensor


def _view(header: TensorHeader, storage: torch.UntypedStorage, dtype: torch.dtype) -> torch.Tensor:
    offset = header.offset // dtype.itemsize
    try:
        return torch.empty(0, dtype=dtype).set_(storage, offset, header.shape, header.strides)
    except RuntimeError as error:  # such as sizes whose product overflows, beside one of zero
        raise WireError("a tensor of an impossible shape") from error


def _is_key(value: object) -> bool:
    if type(value) is tuple:
        return all(_is_key(item) for item in value)
    return value is None or type(value) in (bool, int, float, str, bytes)


class _Reader:
    def __init__(self, tensors: list[torch.Tensor], resolve: Resolve | None) -> None:
        self._tensors = tensors
        self._resolve = resolve
        self._nodes = 0

    def read(self, node: Node, depth: int) -> Any:
        self._nodes += 1
        if self._nodes > MAXIMUM_NODES or depth > MAXIMUM_DEPTH:
            raise WireError("a value of too many parts")
        if node is None or type(node) in (bool, int, float, str, bytes):
            return node
        if type(node) is list:
            return [self.read(item, depth + 1) for item in node]
        if type(node) is dict and len(node) == 1:
            ((tag, content),) = node.items()
            return self._read_tagged(tag, content, depth + 1)
        raise WireError("a value of an unknown kind")

    def _read_tagged(self, tag: object, content: Node, depth: int) -> Any:
        if tag == Tag.TENSOR and type(content) is int and 0 <= content < len(self._tensors):
            return self._tensors[content]
        if tag == Tag.DTYPE and type(content) is str and content in DTYPES:
            return DTYPES[content]
        if type(content) is not list:
            raise WireError("a value of an unknown kind")
        if tag == Tag.TUPLE:
            return tuple(self.read(item, depth) for item in content)
        if tag == Tag.DICT:
            return self._read_dict(content, depth)
        if tag == Tag.SLICE and len(content) == 3:
            return slice(*(self.read(item, depth) for item in content))
        if tag == Tag.HANDLE and len(content) == 2:
            return self._read_handle(content)
        raise WireError("a value of an unknown kind")

    def _read_dict(self, pairs: list[Node], depth: int) -> dict[Any, Any]:
        if any(type(pair) is not list or len(pair) != 2 for pair in pairs):
            raise WireError("a dictionary of an unknown kind")
        read = [(self.read(key, depth), self.read(value, depth)) for key, value in pairs]
        if not all(_is_key(key) for key, _ in read):
            raise WireError("a dictionary with keys that are no plain values")
        try:
            return dict(read)
        except TypeError as error:
            raise WireError("a dictionary with keys that cannot be looked up") from error

    def _read_handle(self, content: list[Node]) -> object:
        number, class_name = content
        if type(number) is not int or type(class_name) is not str:
            raise WireError("a handle of an unknown kind")
        handle = Handle(number, class_name[:80])
        return self._resolve(handle) if self._resolve else handle
