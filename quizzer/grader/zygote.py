"""The grader's hold on the zygote: starts it, and has it fork workers."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from types import TracebackType

from quizzer.grader.failures import GraderFault
from quizzer.wire.messages import CHOSEN_GPUS

_BOOT_DEADLINE_S = 60.0
_FORK_DEADLINE_S = 10.0
_ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    # One thread: a fork keeps only the one that forks, and processor time is compared.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    # What is freed goes back to the kernel at once, so that resident memory shows what is in use. Below this
    # size, slices that grow from row to row leave holes that no later one fits into: a linear program looks
    # quadratic.
    "MALLOC_MMAP_THRESHOLD_": "16384",
    "MALLOC_ARENA_MAX": "1",
}


class Zygote:
    """A process that has imported torch and forks workers; it knows nothing of suites and references.

    Raises:
        GraderFault: Where it cannot be started or does not answer.
    """

    def __init__(self) -> None:
        self._control, theirs = socket.socketpair()
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-m", "quizzer.jail", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=_ENVIRONMENT | {name: os.environ[name] for name in (CHOSEN_GPUS,) if name in os.environ},
                cwd="/",
            )
        finally:
            theirs.close()
        self._is_ready = False
        self._lock = threading.Lock()

    def fork(self, setup: bytes, descriptors: list[int]) -> None:
        """Have a warden and a worker forked, with `setup` and copies of `descriptors`."""
        with self._lock:
            self._wait_until_ready()
            self._control.settimeout(_FORK_DEADLINE_S)
            try:
                socket.send_fds(self._control, [setup], descriptors)
                answer = self._control.recv(64)
            except OSError as error:
                raise GraderFault(f"no worker could be started ({error})") from error
            if not answer:
                raise GraderFault("no worker could be started: the process that forks them has ended")

    def _wait_until_ready(self) -> None:
        if self._is_ready:
            return
        self._control.settimeout(_BOOT_DEADLINE_S)
        try:
            self._is_ready = bool(self._control.recv(64))
        except OSError as error:
            raise GraderFault(f"the process that forks workers did not start ({error})") from error
        if not self._is_ready:
            raise GraderFault(f"the process that forks workers ended at once ({self._process.wait()})")

    def close(self) -> None:
        """End the zygote, and with it every worker."""
        self._control.close()
        self._process.kill()
        self._process.wait()

    def __enter__(self) -> Zygote:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
