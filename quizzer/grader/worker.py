"""The grader's hold on one worker: requests with deadlines, what it printed, and its certain end."""

from __future__ import annotations

import os
import secrets
import select
import signal
import socket
import struct
import threading
import time
from collections.abc import Callable
from typing import Any, NoReturn

from quizzer.grader import meters
from quizzer.grader.failures import GraderFault, SubmissionDied, SubmissionError, SubmissionTimedOut
from quizzer.grader.own_time import OwnTime
from quizzer.grader.zygote import Zygote
from quizzer.wire.arena import Arena
from quizzer.wire.errors import WireError
from quizzer.wire.frames import has_unread, receive_frame, send_frame
from quizzer.wire.messages import (
    Hello,
    LayerReport,
    Operation,
    Reply,
    Request,
    Setup,
    Trace,
    decode,
    encode,
)
from quizzer.wire.packet import MAXIMUM_RANK
from quizzer.wire.packing import pack
from quizzer.wire.unpacking import unpack

_STATUS = struct.Struct("<i")
_START_DEADLINE_S = 20.0
_STATUS_DEADLINE_S = 1.0
_BLOCK_BYTES = 512  # of st_blocks, stat(2)
_MOST_TIMES_CLOCK = 4  # that a deadline may take by the clock where others are served first
_WATCH_S = 0.02  # between two looks at a worker's memory
_MAXIMUM_NAMES, _MAXIMUM_NAME = 2000, 120  # of a trace; characters of each
OUTPUT_BYTES = 64 << 10  # kept of what a worker prints; the rest is read and dropped


class WorkerProcess:
    """One jailed worker.

    Raises:
        GraderFault: Where it cannot be started.
    """

    def __init__(self, zygote: Zygote, setup: Setup, file_name: str) -> None:
        self._file_name = file_name
        self._memory_limit_bytes = setup.data_limit_bytes + 2 * setup.arena_bytes
        self._arriving = Arena.create(setup.arena_bytes)
        self._leaving = Arena.create(setup.arena_bytes)
        self._peer, theirs = socket.socketpair()
        self._status, status_end = os.pipe()
        output, output_end = os.pipe()
        handed = [theirs.fileno(), self._arriving.fd, self._leaving.fd, status_end, output_end]
        try:
            zygote.fork(encode(setup), handed)
        finally:
            theirs.close()
            os.close(status_end)
            os.close(output_end)
        self.output = bytearray()
        self.trace = Trace()
        self._ending = ""
        self._drain = _start_thread(lambda: self._read_output(output))
        self.pid, self.layers = self._meet()
        self._handle = _open_process(self.pid)
        self._own_time = OwnTime(self.pid)
        self._is_open = threading.Event()
        self._is_open.set()
        self._watch = _start_thread(self._watch_memory)

    def request(self, operation: Operation, deadline_s: float, **arguments: object) -> Any:
        """Have the worker do one operation and return its result.

        `deadline_s` is of the worker's own time, and four times that by the clock.

        Raises:
            SubmissionError: If the submission raised.
            SubmissionTimedOut: If no complete answer came in time; the worker was ended.
            SubmissionDied: If the worker has ended, or broke the rules of the wire and was ended.
        """
        if has_unread(self._peer):
            self._end_for("it answered before it was asked")
        nonce = secrets.randbits(62)
        request = encode(Request(nonce, operation, pack(arguments, self._arriving)))
        reply = self._exchange(request, deadline_s)
        if reply.nonce != nonce:
            self._end_for("its answer is not to this request")
        self.trace = _cut(reply.trace or Trace())
        if reply.failure is not None:
            raise SubmissionError(reply.failure, self._file_name)
        if reply.result is None:
            self._end_for("its answer is empty")
        try:
            return unpack(reply.result, self._leaving)
        except WireError as error:
            self._end_for(str(error))

    def _exchange(self, request: bytes, deadline_s: float) -> Reply:
        began, began_own_s = time.monotonic(), self.own_s()

        def deadline() -> float:
            own_left_s = deadline_s - (self.own_s() - began_own_s)
            left_s = min(own_left_s, _MOST_TIMES_CLOCK * deadline_s - (time.monotonic() - began))
            return max(left_s, _WATCH_S) if left_s > 0 else 0.0

        try:
            send_frame(self._peer, request, deadline)
            return decode(receive_frame(self._peer, deadline), Reply)
        except TimeoutError:
            self.close()
            raise SubmissionTimedOut(f"no answer within {deadline_s:.3g} s") from None
        except WireError as error:
            self._end_for(str(error))
        except (EOFError, OSError):
            ending = self._describe_end()
            self.close()
            raise SubmissionDied(ending) from None

    def close(self) -> None:
        """End the worker and all that it started; give back what it held. May be called again."""
        if not self._is_open.is_set():
            return
        self._is_open.clear()
        _kill(self._handle, self.pid)
        self._peer.close()
        self._drain.join(_STATUS_DEADLINE_S)
        self._watch.join(_STATUS_DEADLINE_S)
        os.close(self._status)
        if self._handle >= 0:
            os.close(self._handle)
        self._arriving.close()
        self._leaving.close()

    def own_s(self) -> float:
        """Return the seconds that the worker has computed or slept; may be asked of a closed one too."""
        return self._own_time.seconds()

    def arena_bytes(self) -> int:
        """Return the memory that both arenas hold: the worker can use it without being seen to have it."""
        return sum(os.fstat(arena.fd).st_blocks * _BLOCK_BYTES for arena in (self._arriving, self._leaving))

    @property
    def is_open(self) -> bool:
        """Whether the worker can still be asked."""
        return self._is_open.is_set()

    def _meet(self) -> tuple[int, tuple[LayerReport, ...]]:
        deadline = time.monotonic() + _START_DEADLINE_S
        try:
            hello = decode(receive_frame(self._peer, deadline), Hello)
        except (TimeoutError, EOFError, WireError, OSError) as error:
            printed = self.output.decode("utf-8", "replace").strip()[-500:]
            raise GraderFault(f"a worker did not start ({error or 'too slow'}) {printed}") from error
        return self._read_status(_START_DEADLINE_S), hello.layers

    def _read_status(self, deadline_s: float) -> int:
        if not select.select([self._status], [], [], deadline_s)[0]:
            return 0
        data = os.read(self._status, _STATUS.size)
        return int(_STATUS.unpack(data)[0]) if len(data) == _STATUS.size else 0

    def _end_for(self, reason: str) -> NoReturn:
        self.close()
        raise SubmissionDied(f"the submission was ended: {reason}")

    def _describe_end(self) -> str:
        if self._ending:
            return self._ending
        status = self._read_status(_STATUS_DEADLINE_S)
        if self._ending:
            return self._ending
        if os.WIFSIGNALED(status):
            number = os.WTERMSIG(status)
            if number in (signal.SIGXCPU, signal.SIGKILL):
                # Process 1 of a namespace never sees SIGXCPU: the kernel kills it at once.
                return "the submission was killed by the kernel: it used up its processor time or the memory"
            return f"the submission was killed by signal {number} ({signal.Signals(number).name})"
        return f"the submission ended its process (exit {os.WEXITSTATUS(status)}) instead of answering"

    def _watch_memory(self) -> None:
        while self._is_open.is_set():
            try:
                resident = meters.resident_bytes(self.pid)
                self._own_time.sample()
            except OSError:
                return
            if resident > self._memory_limit_bytes:
                self._ending = f"the submission held {resident >> 20} MiB and was ended"
                _kill(self._handle, self.pid)
                return
            time.sleep(_WATCH_S)

    def _read_output(self, descriptor: int) -> None:
        with open(descriptor, "rb", buffering=0) as stream:
            while part := stream.read(1 << 16):
                self.output += part[: max(0, OUTPUT_BYTES - len(self.output))]


def _cut(trace: Trace) -> Trace:
    names = tuple(name[:_MAXIMUM_NAME] for name in trace.calls[:_MAXIMUM_NAMES])
    return Trace(names, trace.largest_shape[:MAXIMUM_RANK])


def _start_thread(target: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=target, daemon=True)
    thread.start()
    return thread


def _open_process(pid: int) -> int:
    """Return a descriptor that means this process and no later one of its number; -1 without pidfd."""
    try:
        return os.pidfd_open(pid)
    except (AttributeError, OSError):
        return -1


def _kill(handle: int, pid: int) -> None:
    try:
        if handle >= 0:
            signal.pidfd_send_signal(handle, signal.SIGKILL)
        elif pid > 0 and not hasattr(os, "pidfd_open"):
            os.kill(pid, signal.SIGKILL)
    except OSError:
        return  # it has ended
