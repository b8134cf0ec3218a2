"""The few fields that are needed of Anki's protobuf messages, read without a schema and within bounds."""

from __future__ import annotations

from collections.abc import Iterator

MAX_FIELDS = 1_000_000
_MAX_VARINT_BYTES = 10


class ProtobufError(ValueError):
    """The bytes are no message."""


def read_fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Yield number and value of each field; values of fixed width come as bytes.

    Raises:
        ProtobufError: If the bytes are no message.
    """
    position = 0
    for _ in range(MAX_FIELDS):
        if position == len(data):
            return
        key, position = _read_varint(data, position)
        match key & 7:
            case 0:
                value, position = _read_varint(data, position)
                yield key >> 3, value
                continue
            case 1:
                length = 8
            case 2:
                length, position = _read_varint(data, position)
            case 5:
                length = 4
            case other:
                raise ProtobufError(f"a field of the kind {other}")
        if length > len(data) - position:
            raise ProtobufError("a field that goes on behind the end")
        yield key >> 3, data[position : position + length]
        position += length
    raise ProtobufError("too many fields")


def read_int(data: bytes, number: int) -> int:
    """Return the last integer of that number, 0 where there is none."""
    return next((v for n, v in reversed(list(read_fields(data))) if n == number and isinstance(v, int)), 0)


def read_text(data: bytes, number: int) -> str:
    """Return the last text of that number, "" where there is none; what is no UTF-8 in it is replaced."""
    values = [v for n, v in read_fields(data) if n == number and isinstance(v, bytes)]
    return values[-1].decode(errors="replace") if values else ""


def _read_varint(data: bytes, position: int) -> tuple[int, int]:
    value = 0
    for i in range(_MAX_VARINT_BYTES):
        if position + i >= len(data):
            raise ProtobufError("a number that goes on behind the end")
        byte = data[position + i]
        value |= (byte & 0x7F) << 7 * i
        if byte < 0x80:
            return value, position + i + 1
    raise ProtobufError("a number of more than 64 bits")
