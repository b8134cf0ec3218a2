"""Values to packets: plain data as it is, tensors as views of storages whose bytes lie in an arena."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from quizzer.wire.arena import ALIGNMENT, Arena
from quizzer.wire.errors import WireError
from quizzer.wire.packet import MAXIMUM_DEPTH, MAXIMUM_NODES, Node, Packet, Region, Tag, TensorHeader
from quizzer.wire.values import DTYPE_NAMES, Handle

_ELEMENT_ALIGNMENT = 16  # bytes; the widest element, so that offsets stay whole numbers of elements

Register = Callable[[object], Handle]


def pack(value: object, arena: Arena, register: Register | None = None) -> Packet:
    """Return `value` as a packet whose tensors' bytes are now in `arena`, from its start.

    Tensors of one storage stay views of one storage. Subclasses arrive as what they
    derive from. Any other object is given to `register` and crosses as a handle.

    Raises:
        WireError: If the value is too large or too deep, or holds an object and there is no `register`.
    """
    return _Packer(arena, register).pack(value)


class _Span:
    """The bytes of one storage that some tensors look at, as half-open offsets into it."""

    def __init__(self, storage: torch.UntypedStorage) -> None:
        self.storage = storage
        self.start = storage.nbytes()
        self.end = 0

    def widen(self, start: int, end: int) -> None:
        self.start = min(self.start, start - start % _ELEMENT_ALIGNMENT)
        self.end = max(self.end, end)


class _Packer:
    def __init__(self, arena: Arena, register: Register | None) -> None:
        self._arena = arena
        self._register = register
        self._nodes = 0
        self._spans: list[_Span] = []
        self._span_of: dict[int, int] = {}
        self._tensors: list[tuple[torch.Tensor, int, bool]] = []

    def pack(self, value: object) -> Packet:
        root = self._node(value, 0)
        regions = self._copy_spans()
        headers = [
            TensorHeader(
                region=span,
                dtype=DTYPE_NAMES[tensor.dtype],
                shape=tuple(tensor.shape),
                strides=tuple(tensor.stride()),
                offset=_first_byte(tensor) - self._spans[span].start if tensor.numel() else 0,
                requires_grad=requires_grad,
            )
            for tensor, span, requires_grad in self._tensors
        ]
        return Packet(root, tuple(headers), tuple(regions))

    def _node(self, value: object, depth: int) -> Node:
        self._nodes += 1
        if self._nodes > MAXIMUM_NODES:
            raise WireError(f"a value of more than {MAXIMUM_NODES} parts")
        if depth > MAXIMUM_DEPTH:
            raise WireError(f"a value nested more than {MAXIMUM_DEPTH} levels deep")
        if value is None or type(value) in (bool, int, float, str, bytes):
            return value
        if isinstance(value, torch.Tensor) and _has_plain_bytes(value):
            return {Tag.TENSOR: self._add(value)}
        return self._container(value, depth)

    def _container(self, value: object, depth: int) -> Node:
        if isinstance(value, list):
            return [self._node(item, depth + 1) for item in value]
        if isinstance(value, tuple):
            return {Tag.TUPLE: [self._node(item, depth + 1) for item in value]}
        if isinstance(value, dict):
            pairs = [[self._node(key, depth + 1), self._node(item, depth + 1)] for key, item in value.items()]
            return {Tag.DICT: pairs}
        if isinstance(value, torch.dtype) and value in DTYPE_NAMES:
            return {Tag.DTYPE: DTYPE_NAMES[value]}
        if isinstance(value, slice):
            bounds = (value.start, value.stop, value.step)
            return {Tag.SLICE: [self._node(bound, depth + 1) for bound in bounds]}
        if type(value) is Handle:
            return {Tag.HANDLE: [value.id, value.class_name]}
        if self._register is None:
            raise WireError(f"a {type(value).__name__} cannot be sent")
        handle = self._register(value)
        return {Tag.HANDLE: [handle.id, handle.class_name]}

    def _add(self, tensor: torch.Tensor) -> int:
        requires_grad = tensor.requires_grad
        plain = tensor.detach()
        if type(plain) is not torch.Tensor:
            plain = plain.as_subclass(torch.Tensor)
        plain = plain.resolve_conj().resolve_neg().cpu()
        storage = plain.untyped_storage()
        key = storage.data_ptr() if plain.numel() else 0
        index = self._span_of.get(key)
        if index is None:
            index = self._span_of[key] = len(self._spans)
            self._spans.append(_Span(storage))
        if plain.numel():
            first = _first_byte(plain)
            self._spans[index].widen(first, first + extent_bytes(plain.shape, plain.stride(), plain.itemsize))
        self._tensors.append((plain, index, requires_grad))
        return len(self._tensors) - 1

    def _copy_spans(self) -> list[Region]:
        regions: list[Region] = []
        position = 0
        for span in self._spans:
            length = max(0, span.end - span.start)
            if position + length > self._arena.size:
                raise WireError(f"tensors of more than {self._arena.size >> 20} MiB")
            if length:
                source = torch.empty(0, dtype=torch.uint8).set_(span.storage, span.start, (length,), (1,))
                self._arena.bytes[position : position + length].copy_(source)
            regions.append(Region(position, length))
            position += -(-length // ALIGNMENT) * ALIGNMENT
        return regions


def _has_plain_bytes(tensor: torch.Tensor) -> bool:
    return tensor.layout == torch.strided and tensor.dtype in DTYPE_NAMES and not tensor.is_meta


def _first_byte(tensor: torch.Tensor) -> int:
    return int(tensor.storage_offset()) * tensor.itemsize


def extent_bytes(shape: Any, strides: Any, item_bytes: int) -> int:
    """Return how many bytes a view of this shape reaches over, 0 if it has no element."""
    if any(size == 0 for size in shape):
        return 0
    reach = sum((size - 1) * stride for size, stride in zip(shape, strides, strict=True))
    return int(reach + 1) * item_bytes
