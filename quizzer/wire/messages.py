"""What grader and worker say to each other: a request names an operation, a reply echoes its nonce."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

import msgspec

from quizzer.wire.errors import WireError
from quizzer.wire.packet import Packet

CPU = "cpu"
NAMESPACES = "namespaces"
"""A layer that a worker with another device goes without, whose driver looks for its pid below /proc."""

CHOSEN_GPUS = "CUDA_VISIBLE_DEVICES"
"""The variable of the environment that says which GPUs programs see: the learner's choice stays."""

Message = TypeVar("Message", bound=msgspec.Struct)


class Operation(StrEnum):
    """What a worker can be asked to do; `operations.py` and the worker say what each takes and returns."""

    SCAN = "scan"
    LOAD = "load"
    CONSTRUCT = "construct"
    CALL = "call"
    GET = "get"
    HOLD = "hold"
    KEEP = "keep"
    ITEM = "item"
    FETCH = "fetch"
    OVERWRITE = "overwrite"
    STATE = "state"
    LOAD_STATE = "load_state"
    PARAMS = "params"
    TRAIN = "train"
    SEED = "seed"
    VJP = "vjp"
    DEVICE = "device"


class Tracing(StrEnum):
    """How much of a call is traced; operators cost several times as much as functions of torch."""

    NOTHING = "nothing"
    FUNCTIONS = "functions"
    ALL = "all"


class Request(msgspec.Struct, frozen=True, array_like=True):
    """One operation; `arguments` is the packet of its keyword arguments."""

    nonce: int
    operation: Operation
    arguments: Packet


class Failure(msgspec.Struct, frozen=True, array_like=True):
    """What the submission raised; `frames` are the lines of its own code that led there."""

    type_name: str
    message: str
    frames: tuple[tuple[int, str, str], ...] = ()


class Trace(msgspec.Struct, frozen=True, array_like=True):
    """What a call did, as the worker saw it: for explanations only, since a worker can lie."""

    calls: tuple[str, ...] = ()
    largest_shape: tuple[int, ...] = ()


class Reply(msgspec.Struct, frozen=True, array_like=True):
    """The result of a request, or its failure."""

    nonce: int
    result: Packet | None = None
    failure: Failure | None = None
    trace: Trace | None = None


class Setup(msgspec.Struct, frozen=True):
    """How a worker is to be set up; its descriptors travel beside it.

    `device` is where tensors lie, as torch names it; with one that is not the CPU, the worker is confined
    less, as `jail/device.py` says.
    """

    arena_bytes: int
    data_limit_bytes: int
    cpu_limit_s: int
    processes: int
    open_files: int
    hidden: tuple[str, ...] = ()
    device: str = CPU
    without: tuple[str, ...] = ()  # layers to leave out, for tests of what the others hold


class LayerReport(msgspec.Struct, frozen=True, array_like=True):
    """A layer of confinement, tried in the worker before it read any foreign code."""

    name: str
    is_held: bool
    detail: str = ""


class Hello(msgspec.Struct, frozen=True):
    """A worker's first frame."""

    layers: tuple[LayerReport, ...]


def encode(message: msgspec.Struct) -> bytes:
    """Return `message` as bytes.

    Raises:
        WireError: If it holds what msgpack cannot say, such as a whole number beyond 64 bits.
    """
    try:
        return msgspec.msgpack.encode(message)
    except (OverflowError, TypeError, ValueError, UnicodeError) as error:
        raise WireError(f"a value that cannot be sent ({error})") from error


def decode(payload: bytes, kind: type[Message]) -> Message:
    """Return the message of `kind` that `payload` holds.

    Raises:
        WireError: If it holds no such message.
    """
    try:
        return msgspec.msgpack.decode(payload, type=kind)
    except (msgspec.DecodeError, MemoryError, OverflowError, RecursionError, ValueError) as error:
        raise WireError(f"a message that cannot be read ({error})") from error
