"""A worker: serves the operations on one submission until the grader ends it."""

from __future__ import annotations

import linecache
import socket
import sys
import traceback
from types import ModuleType
from typing import Any

from quizzer.jail.device import computing_on, device_name, on_device
from quizzer.jail.scan import find_forbidden
from quizzer.jail.tracing import CallTrace, tracing
from quizzer.wire.arena import Arena
from quizzer.wire.errors import WireError
from quizzer.wire.frames import receive_frame, send_frame
from quizzer.wire.messages import (
    CPU,
    Failure,
    Hello,
    LayerReport,
    Operation,
    Reply,
    Request,
    Tracing,
    decode,
    encode,
)
from quizzer.wire.operations import Operations
from quizzer.wire.packing import pack
from quizzer.wire.unpacking import unpack

_MODULE_NAME = "submission"
_MAXIMUM_MESSAGE = 2000  # characters of an exception's text
_MAXIMUM_FRAMES = 12
_TRACED = (Operation.CALL, Operation.VJP)


class Worker:
    """Answers the requests that come over `peer`."""

    def __init__(self, peer: socket.socket, arriving: Arena, leaving: Arena, device: str = CPU) -> None:
        self._peer = peer
        self._device = device
        self._arriving = arriving
        self._leaving = leaving
        self._module = ModuleType(_MODULE_NAME)
        self._operations = Operations(self._module)
        self._file_name = ""

    def greet(self, layers: list[LayerReport]) -> None:
        """Say how this process is confined."""
        send_frame(self._peer, encode(Hello(tuple(layers))))

    def serve(self) -> None:
        """Answer requests until the grader is gone."""
        while True:
            try:
                request = decode(receive_frame(self._peer), Request)
            except EOFError:
                return
            send_frame(self._peer, self._answer(request))

    def _answer(self, request: Request) -> bytes:
        trace = CallTrace()
        try:
            arguments = unpack(request.arguments, self._arriving, self._operations.resolve)
            with computing_on(self._device):
                result = self._perform(request.operation, on_device(arguments, self._device), trace)
            packet = pack(result, self._leaving, self._operations.register)
            return encode(Reply(request.nonce, result=packet, trace=trace.report()))
        except WireError as error:
            failure = Failure("ResultError", f"the result cannot be sent: it is {error}")
        except BaseException as error:
            failure = self._describe(error)
        return encode(Reply(request.nonce, failure=failure, trace=trace.report()))

    def _perform(self, operation: Operation, arguments: dict[str, Any], trace: CallTrace) -> object:
        if operation is Operation.DEVICE:
            return device_name(self._device)
        if operation is Operation.SCAN:
            return find_forbidden(**arguments)
        if operation is Operation.LOAD:
            return self._load(**arguments)
        method = getattr(self._operations, operation.value)
        if operation in _TRACED:
            with tracing(trace, Tracing(arguments.pop("tracing"))):
                return method(**arguments)
        return method(**arguments)

    def _load(self, source: str, file_name: str) -> list[str]:
        """Run the submission's module and return the names that it defines."""
        self._file_name = self._module.__file__ = file_name
        sys.modules[_MODULE_NAME] = self._module
        linecache.cache[file_name] = (len(source), None, source.splitlines(keepends=True), file_name)
        exec(compile(source, file_name, "exec", dont_inherit=True), self._module.__dict__)
        return [name for name in self._module.__dict__ if not name.startswith("_")]

    def _describe(self, error: BaseException) -> Failure:
        try:
            message = str(error)[:_MAXIMUM_MESSAGE]
        except BaseException:
            message = ""
        if isinstance(error, SyntaxError) and error.filename == self._file_name:
            frames = [(error.lineno or 0, "", (error.text or "").strip())]
            message = error.msg
        else:
            frames = [
                (frame.lineno or 0, frame.name, frame.line or "")
                for frame in traceback.extract_tb(error.__traceback__)
                if frame.filename == self._file_name
            ]
        shown = [(line, name[:80], text[:200]) for line, name, text in frames[-_MAXIMUM_FRAMES:]]
        return Failure(type(error).__name__[:80], _printable(message), tuple(shown))


def _printable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
