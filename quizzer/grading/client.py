"""The grader as a process: started when first needed, kept warm between orders, ended for certain."""

from __future__ import annotations

import importlib.util
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType

import msgspec

from quizzer.core.kata import Kata
from quizzer.core.verdict import Machine, Progress, Verdict
from quizzer.errors import GradingError, StoppedError
from quizzer.wire.orders import Event, Order, Probe

_NEEDED = ("torch", "pytest")
_MISSING = (
    "Katas need {missing}, which {is_are} not installed here: in a checkout run `make katas`, elsewhere "
    "`pip install 'quizzer[katas]'`; cards work without."
)
_START_DEADLINE_S = 120.0  # torch from a cold disk
_GRACE_S = 30.0  # beside what the kata gives cases and gates: diagnosis, workers, a busy machine
_MEMORY_LIMIT_BYTES = 6 << 30
_PAGE_BYTES = 4096
_POLL_S = 0.5  # between two looks at the grader's memory
_END_DEADLINE_S = 3.0
_ENVIRONMENT_KEPT = ("PATH", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES")


class GraderClient:
    """A grader that grades one submission at a time.

    Raises:
        GradingError: From `grade`, where torch or pytest is missing, or the grader ends, takes
            too long or too much memory.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._unread = b""

    def check(self) -> None:
        """Look whether torch and pytest are installed; nothing is imported.

        Raises:
            GradingError: If not.
        """
        missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
        if missing:
            is_are = "is" if len(missing) == 1 else "are"
            raise GradingError(_MISSING.format(missing=" and ".join(missing), is_are=is_are))

    def start(self) -> None:
        """Start the grader now, so that it has imported torch when the first order comes."""
        if self._process is not None and self._process.poll() is None:
            return
        self.close()
        self.check()
        self._folder = tempfile.TemporaryDirectory(prefix="quizzer-grader-")
        with self._log().open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-m", "quizzer.grader"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                cwd=self._folder.name,
                env={name: os.environ[name] for name in _ENVIRONMENT_KEPT if name in os.environ},
                start_new_session=True,
            )

    def grade(
        self,
        kata: Kata,
        source: str,
        seed: int,
        *,
        shuffled: bool = False,
        is_stopped: Callable[[], bool] = lambda: False,
    ) -> Iterator[Progress | Verdict]:
        """Grade `source`; yield what happens on the way, and at last the verdict.

        Raises:
            StoppedError: Soon after `is_stopped` turned true; the grader is ended then.
        """
        deadlines = kata.deadlines
        # Deadlines of loading and cases are of the submission's own time; by the clock they may be longer.
        budget_s = 4 * (deadlines.load_s + deadlines.suite_s) + deadlines.gates_s
        process, deadline = self._send(Order(kata, source, seed, shuffled), budget_s)
        is_finished = False
        try:
            while not is_finished:
                event = self._read_event(process, deadline, is_stopped)
                is_finished = event.verdict is not None
                yield _content(event)
        finally:
            if not is_finished:
                self.close()  # an order that nobody waits for must not answer the next one

    def probe(self) -> Machine:
        """Return how submissions are graded on this machine.

        Raises:
            GradingError: As `grade`.
        """
        process, deadline = self._send(Probe(), budget_s=0)
        return self._read_event(process, deadline).machine or Machine(())

    def _send(self, order: Order | Probe, budget_s: float) -> tuple[subprocess.Popen[bytes], float]:
        """Send an order; return the grader's process and the instant at which it has to be done."""
        was_running = self._process is not None
        self.start()
        process = self._process
        assert process is not None
        assert process.stdin is not None
        try:
            process.stdin.write(msgspec.json.encode(order) + b"\n")
            process.stdin.flush()
        except OSError as error:
            raise self._failure("it has ended") from error
        patience_s = _GRACE_S if was_running else _GRACE_S + _START_DEADLINE_S
        return process, time.monotonic() + budget_s + patience_s

    def close(self) -> None:
        """End the grader and everything it started. May be called again."""
        process, self._process = self._process, None
        self._unread = b""
        if process is not None:
            if process.stdin:
                process.stdin.close()
            try:
                process.wait(_END_DEADLINE_S if process.poll() is None else 0)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            if process.stdout:
                process.stdout.close()
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def __enter__(self) -> GraderClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _read_event(
        self,
        process: subprocess.Popen[bytes],
        deadline: float,
        is_stopped: Callable[[], bool] = lambda: False,
    ) -> Event:
        assert process.stdout is not None
        while b"\n" not in self._unread:
            if is_stopped():
                raise StoppedError("the grading was stopped. Nothing was recorded.")
            if time.monotonic() > deadline:
                raise self._failure("it takes too long")
            if _resident_bytes(process.pid) > _MEMORY_LIMIT_BYTES:
                raise self._failure(f"it holds more than {_MEMORY_LIMIT_BYTES >> 30} GiB")
            if not select.select([process.stdout], [], [], _POLL_S)[0]:
                continue
            part = os.read(process.stdout.fileno(), 1 << 16)
            if not part:
                raise self._failure("it has ended")
            self._unread += part
        line, _, self._unread = self._unread.partition(b"\n")
        event = msgspec.json.decode(line, type=Event)
        if event.fault:
            raise self._failure(event.fault)
        return event

    def _failure(self, what: str) -> GradingError:
        said = ""
        if self._folder is not None:
            said = self._log().read_text(encoding="utf-8", errors="replace").strip()[-800:]
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self.close()
        return GradingError(f"the grader failed: {what}. Nothing was recorded; try again.\n{said}".rstrip())

    def _log(self) -> Path:
        assert self._folder is not None
        return Path(self._folder.name) / "stderr.txt"


def _content(event: Event) -> Progress | Verdict:
    content = event.suite or event.case or event.gate or event.verdict
    if content is None:
        raise GradingError("the grader sent an empty message; nothing was recorded")
    return content


def _resident_bytes(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * _PAGE_BYTES
    except OSError:
        return 0  # not Linux, or just ended
