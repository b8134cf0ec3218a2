"""The zygote: has imported torch, runs no operator of it, holds no secret, forks a warden a worker."""

from __future__ import annotations

import array
import gc
import os
import signal
import socket
import sys
import tempfile
from importlib import import_module
from pathlib import Path

from quizzer.jail.modules import KnownModules
from quizzer.jail.readable import readable_paths, torch_modules
from quizzer.jail.system import IS_LINUX, die_with_parent
from quizzer.wire.messages import Setup, decode

READY = b"ready"
FORKED = b"forked"
_MAXIMUM_SETUP_BYTES = 1 << 16
_DESCRIPTORS = 5


def run(control: socket.socket) -> None:
    """Fork a warden for every setup that arrives on `control`, until its other end is closed."""
    die_with_parent(signal.SIGKILL)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    _import_all()
    from quizzer.jail.warden import Descriptors, watch_worker

    readable: dict[tuple[str, ...], list[Path]] = {}
    control.sendall(READY)
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, _MAXIMUM_SETUP_BYTES, _DESCRIPTORS)
        if not message:
            return
        setup = decode(message, Setup)
        paths = readable.setdefault(setup.hidden, readable_paths(Path(path) for path in setup.hidden))
        _check_single_thread()
        if os.fork() == 0:
            try:
                control.close()
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                watch_worker(setup, Descriptors(*descriptors), paths)
            finally:
                os._exit(70)
        for descriptor in array.array("i", descriptors):
            os.close(descriptor)
        control.sendall(FORKED)


def _import_all() -> None:
    """Import now what every worker would import anew; without garbage collection that is quicker."""
    gc.disable()
    import_module("quizzer.jail.warden")
    sys.meta_path.append(KnownModules(torch_modules()))
    # Some of torch asks for it when it is imported; looking for one that can be written fails in a worker.
    tempfile.tempdir = "/tmp"
    gc.enable()
    gc.freeze()


def _check_single_thread() -> None:
    # A fork keeps only the thread that forks: the locks of the others would stay held for ever.
    if IS_LINUX and len(list(Path("/proc/self/task").iterdir())) != 1:
        raise RuntimeError("the zygote has threads and must not fork")
