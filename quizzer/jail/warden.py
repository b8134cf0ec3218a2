"""What the zygote forks: a warden that outlives one worker, ends what it leaves behind, and reports."""

from __future__ import annotations

import io
import os
import signal
import socket
import struct
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, NoReturn, cast

import torch

from quizzer.jail.confinement import confine, try_layer
from quizzer.jail.namespaces import enter_namespaces
from quizzer.jail.system import IS_LINUX, PR_SET_CHILD_SUBREAPER, die_with_parent, prctl
from quizzer.jail.worker import Worker
from quizzer.wire.arena import Arena
from quizzer.wire.messages import CHOSEN_GPUS, NAMESPACES, LayerReport, Setup

STATUS = struct.Struct("<i")  # on the status pipe: first the worker's pid, then its wait status
_FIRST_FREE_DESCRIPTOR, _HIGHEST_DESCRIPTOR = 3, 1 << 16


class Descriptors(NamedTuple):
    """The descriptors that come with a setup."""

    peer: int
    arriving: int
    leaving: int
    status: int
    output: int


def watch_worker(setup: Setup, descriptors: Descriptors, readable: Sequence[Path]) -> NoReturn:
    """Fork the worker, wait for its end, end what it left behind, and exit."""
    os.setsid()
    die_with_parent(signal.SIGKILL)
    if IS_LINUX:
        prctl(PR_SET_CHILD_SUBREAPER, 1)
    namespaces = try_layer(NAMESPACES, setup, enter_namespaces)
    worker = os.fork()
    if worker == 0:
        _become_worker(setup, descriptors, readable, namespaces)
    os.write(descriptors.status, STATUS.pack(worker))
    os.closerange(_FIRST_FREE_DESCRIPTOR, descriptors.status)
    os.closerange(descriptors.status + 1, _HIGHEST_DESCRIPTOR)
    _, status = os.waitpid(worker, 0)
    _end_children()
    os.write(descriptors.status, STATUS.pack(status))
    os._exit(0)


def _become_worker(
    setup: Setup, descriptors: Descriptors, readable: Sequence[Path], namespaces: LayerReport
) -> NoReturn:
    try:
        die_with_parent(signal.SIGKILL)
        _keep_only(descriptors)
        _forget_environment()
        os.chdir("/")
        torch.set_num_threads(1)
        for stream in (sys.stdout, sys.stderr):
            # A worker is always killed: what it printed must not wait in a buffer.
            cast("io.TextIOWrapper", stream).reconfigure(line_buffering=True)
        worker = Worker(
            socket.socket(fileno=descriptors.peer),
            Arena(descriptors.arriving, setup.arena_bytes),
            Arena(descriptors.leaving, setup.arena_bytes),
            setup.device,
        )
        layers = confine(setup, readable, has_own_processes=namespaces.is_held)
        worker.greet([namespaces, *layers])
        worker.serve()
        os._exit(0)
    finally:
        os._exit(70)


def _forget_environment() -> None:
    chosen = os.environ.get(CHOSEN_GPUS)
    os.environ.clear()
    if chosen is not None:
        os.environ[CHOSEN_GPUS] = chosen


def _keep_only(descriptors: Descriptors) -> None:
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(descriptors.output, 1)
    os.dup2(descriptors.output, 2)
    kept = sorted((descriptors.peer, descriptors.arriving, descriptors.leaving))
    for low, high in zip((2, *kept), (*kept, _HIGHEST_DESCRIPTOR), strict=True):
        os.closerange(low + 1, high)


def _end_children() -> None:
    """End what a worker without namespaces left behind; this process has inherited it."""
    while True:
        for child in _children():
            os.kill(child, signal.SIGKILL)
        try:
            os.wait()
        except ChildProcessError:
            return


def _children() -> list[int]:
    try:
        text = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii")
    except OSError:
        return []
    return [int(pid) for pid in text.split()]
