from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Iterator

import pytest

from quizzer.wire.errors import WireError
from quizzer.wire.frames import MAXIMUM_FRAME_BYTES, has_unread, receive_frame, send_frame


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Both ends of a connection."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def soon() -> float:
    """Return an instant at which a test gives up."""
    return time.monotonic() + 0.2


def test_frames_arrive_in_order(ends: tuple[socket.socket, socket.socket]) -> None:
    """Two frames are read one by one, an empty one included."""
    send_frame(ends[0], b"first", soon())
    send_frame(ends[0], b"", soon())
    assert receive_frame(ends[1], soon()) == b"first"
    assert receive_frame(ends[1], soon()) == b""


def test_a_large_frame_passes_a_reader_in_pieces(ends: tuple[socket.socket, socket.socket]) -> None:
    """A frame larger than the socket's buffer arrives whole while the peer reads."""
    payload = bytes(range(256)) * 8192
    found: list[bytes] = []
    reader = threading.Thread(target=lambda: found.append(receive_frame(ends[1])))
    reader.start()
    send_frame(ends[0], payload, time.monotonic() + 20)
    reader.join()
    assert found == [payload]


def test_a_peer_that_never_reads_is_given_up(ends: tuple[socket.socket, socket.socket]) -> None:
    """Sending has a deadline, as receiving has."""
    with pytest.raises(TimeoutError):
        send_frame(ends[0], bytes(MAXIMUM_FRAME_BYTES), soon())


def test_a_peer_that_says_nothing_is_given_up(ends: tuple[socket.socket, socket.socket]) -> None:
    """Receiving ends at its deadline."""
    with pytest.raises(TimeoutError):
        receive_frame(ends[0], soon())


def test_the_deadline_is_of_the_whole_frame(ends: tuple[socket.socket, socket.socket]) -> None:
    """A peer that drips byte after byte does not win time."""
    stop = threading.Event()

    def drip() -> None:
        ends[1].sendall(struct.pack("<I", 1000))
        for _ in range(100):
            if stop.wait(0.02):
                return
            ends[1].sendall(b".")

    dripper = threading.Thread(target=drip)
    dripper.start()
    with pytest.raises(TimeoutError):
        receive_frame(ends[0], soon())
    stop.set()
    dripper.join()


def test_a_frame_that_announces_too_much_is_refused(ends: tuple[socket.socket, socket.socket]) -> None:
    """Four gigabytes announced are not waited for."""
    ends[1].sendall(struct.pack("<I", 0xFFFFFFFF))
    with pytest.raises(WireError, match="announces"):
        receive_frame(ends[0], soon())


def test_a_payload_that_is_too_long_is_not_sent(ends: tuple[socket.socket, socket.socket]) -> None:
    """The limit binds the sender too."""
    with pytest.raises(WireError):
        send_frame(ends[0], bytes(MAXIMUM_FRAME_BYTES + 1))


def test_a_peer_that_is_gone_is_the_end(ends: tuple[socket.socket, socket.socket]) -> None:
    """A connection closed within a frame is an EOFError."""
    ends[1].sendall(b"\x05\x00\x00\x00ab")
    ends[1].close()
    with pytest.raises(EOFError):
        receive_frame(ends[0], soon())


def test_what_was_not_asked_for_is_seen(ends: tuple[socket.socket, socket.socket]) -> None:
    """Unread bytes are noticed, and stay unread."""
    assert not has_unread(ends[0])
    ends[1].sendall(b"x")
    assert has_unread(ends[0])
    assert ends[0].recv(1) == b"x"
