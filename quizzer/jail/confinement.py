"""Confining the present process, layer by layer; each is tried, checked and reported."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Sequence
from pathlib import Path

from quizzer.jail.device import READABLE, WRITABLE, device_nodes
from quizzer.jail.landlock import restrict_files
from quizzer.jail.limits import set_limits
from quizzer.jail.seccomp import FOR_DEVICES, deny_system_calls
from quizzer.wire.messages import CPU, LayerReport, Setup

LIMITS, LANDLOCK, SECCOMP = "rlimits", "landlock", "seccomp"


def try_layer(name: str, setup: Setup, enter: Callable[[], str]) -> LayerReport:
    """Enter one layer unless the setup leaves it out; return whether it held, and why not."""
    if name in setup.without:
        return LayerReport(name, is_held=False, detail="left out")
    try:
        return LayerReport(name, is_held=True, detail=enter())
    except (OSError, ValueError, AttributeError) as error:
        return LayerReport(name, is_held=False, detail=str(error))


def confine(setup: Setup, readable: Sequence[Path], *, has_own_processes: bool) -> list[LayerReport]:
    """Enter the layers that bind the process itself."""
    return [
        try_layer(LIMITS, setup, lambda: set_limits(setup, has_own_processes=has_own_processes)),
        try_layer(LANDLOCK, setup, lambda: _checked_files(readable, setup)),
        try_layer(SECCOMP, setup, lambda: _checked_calls(setup)),
    ]


def _checked_files(readable: Sequence[Path], setup: Setup) -> str:
    writable = [Path("/dev/null")]
    if setup.device != CPU:
        readable = [*readable, *map(Path, READABLE)]
        writable += [*device_nodes(), *map(Path, WRITABLE)]
    detail = restrict_files(readable, writable)
    for path in ("/etc/passwd", *setup.hidden):
        try:
            os.close(os.open(path, os.O_RDONLY))
        except OSError:
            continue
        raise OSError(f"{path} can still be read")
    return detail


def _checked_calls(setup: Setup) -> str:
    detail = deny_system_calls(FOR_DEVICES if setup.device != CPU else frozenset())
    try:
        socket.socket().close()
    except PermissionError:
        return detail
    raise OSError("a socket can still be made")
