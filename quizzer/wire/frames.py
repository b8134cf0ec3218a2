"""Frames on a stream socket: a 32-bit length, then that many bytes; with deadlines both ways."""

from __future__ import annotations

import select
import socket
import struct
import time
from collections.abc import Callable

from quizzer.wire.errors import WireError

MAXIMUM_FRAME_BYTES = 4 << 20
_LENGTH = struct.Struct("<I")


Deadline = float | Callable[[], float]
"""An instant of time.monotonic(), or what tells how many seconds are left; it is asked again after them."""


def send_frame(peer: socket.socket, payload: bytes, deadline: Deadline | None = None) -> None:
    """Send one frame before `deadline`.

    Raises:
        WireError: If the payload is longer than a frame may be.
        TimeoutError: If the peer does not read in time.
        OSError: If the peer is gone.
    """
    if len(payload) > MAXIMUM_FRAME_BYTES:
        raise WireError(f"a message of {len(payload)} bytes, at most {MAXIMUM_FRAME_BYTES} can be sent")
    rest = memoryview(_LENGTH.pack(len(payload)) + payload)
    while rest:
        if deadline is None:
            peer.sendall(rest)
            return
        _wait(peer, deadline, for_reading=False)
        try:
            rest = rest[peer.send(rest, socket.MSG_DONTWAIT) :]
        except BlockingIOError:
            continue


def receive_frame(peer: socket.socket, deadline: Deadline | None = None) -> bytes:
    """Return the next frame, all of which has to come before `deadline`.

    Raises:
        WireError: If it announces more than a frame may hold.
        TimeoutError: If it is not complete in time.
        EOFError: If the peer is gone.
    """
    (length,) = _LENGTH.unpack(_receive(peer, _LENGTH.size, deadline))
    if length > MAXIMUM_FRAME_BYTES:
        raise WireError(f"a message that announces {length} bytes, at most {MAXIMUM_FRAME_BYTES} are read")
    return _receive(peer, length, deadline)


def has_unread(peer: socket.socket) -> bool:
    """Say whether the peer has sent anything that was not asked for."""
    if not select.select([peer], [], [], 0)[0]:
        return False
    try:
        return bool(peer.recv(1, socket.MSG_PEEK))
    except OSError:
        return False


def _receive(peer: socket.socket, length: int, deadline: Deadline | None) -> bytes:
    parts = bytearray()
    while len(parts) < length:
        if deadline is not None:
            _wait(peer, deadline, for_reading=True)
        try:
            part = peer.recv(min(length - len(parts), 1 << 20))
        except ConnectionResetError:
            part = b""
        if not part:
            raise EOFError("the peer closed the connection")
        parts += part
    return bytes(parts)


def _wait(peer: socket.socket, deadline: Deadline, *, for_reading: bool) -> None:
    reading, writing = ([peer], []) if for_reading else ([], [peer])
    while True:
        left_s = deadline() if callable(deadline) else deadline - time.monotonic()
        if left_s <= 0:
            raise TimeoutError
        if any(select.select(reading, writing, [], left_s)):
            return
