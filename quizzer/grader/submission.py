"""A submission on its way through grading: loaded into a worker, into a fresh one when that has ended."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from quizzer.core.kata import Deadlines, Kata, module_name
from quizzer.grader.failures import NotAsked, SubmissionDied, SubmissionTimedOut
from quizzer.grader.worker import WorkerProcess
from quizzer.grader.zygote import Zygote
from quizzer.wire.arena import ARENA_BYTES
from quizzer.wire.messages import CPU, NAMESPACES, LayerReport, Operation, Setup

MAXIMUM_DEATHS = 3
_DATA_LIMIT_BYTES = 4 << 30
_PROCESSES, _OPEN_FILES = 64, 128
_SCAN_DEADLINE_S = 5.0


class Submission:
    """Serves the cases; counts the workers that ended on the way, and the time that is left."""

    def __init__(self, kata: Kata, source: str, zygote: Zygote, hidden: tuple[str, ...]) -> None:
        self._kata = kata
        self._source = source
        self._zygote = zygote
        self._worker: WorkerProcess | None = None
        self._left_s = kata.deadlines.suite_s  # of the workers' own time
        self._setup = make_setup(kata.deadlines, hidden)
        self.deaths = 0
        self.calls: set[str] = set()
        self.output = ""
        self.layers: tuple[LayerReport, ...] = ()
        self.names: frozenset[str] = frozenset()
        self.findings: list[tuple[int, str]] = []

    def load(self) -> None:
        """Scan the source, load it, and note what it defines.

        Raises:
            SubmissionError, SubmissionDied, SubmissionTimedOut: If it cannot be loaded.
        """
        worker = self.start()
        self._worker = worker
        self.layers = worker.layers
        found = worker.request(
            Operation.SCAN, _SCAN_DEADLINE_S, source=self._source, forbidden=list(self._kata.forbidden_calls)
        )
        self.findings = [(int(line), str(name)) for line, name in found]
        names = self.run(worker)
        self.names = frozenset(name for name in names if isinstance(name, str))

    def start(self, device: str = CPU) -> WorkerProcess:
        """Return a new worker into which nothing has been loaded, with its tensors on `device`."""
        return WorkerProcess(self._zygote, for_device(self._setup, device), self.file_name)

    def run(
        self, worker: WorkerProcess, source: str | None = None, *, within_s: float | None = None
    ) -> list[Any]:
        """Load the source into `worker` and return the names that it defines."""
        load_s = self._kata.deadlines.load_s
        names = worker.request(
            Operation.LOAD,
            load_s if within_s is None else min(load_s, within_s),
            source=self._source if source is None else source,
            file_name=self.file_name,
        )
        return names if isinstance(names, list) else []

    @property
    def file_name(self) -> str:
        """The name of the learner's file, for tracebacks."""
        return f"{module_name(self._kata.slug)}.py"

    def perform(self, operation: Operation, **arguments: Any) -> Any:
        """Have the submission do one operation.

        Raises:
            NotAsked: If it has used up its workers or its time.
            SubmissionError, SubmissionDied, SubmissionTimedOut: As a worker's request.
        """
        if self.deaths >= MAXIMUM_DEATHS:
            raise NotAsked(f"not run: the submission has ended or timed out {self.deaths} times")
        if self._left_s <= 0:
            raise NotAsked(f"not run: the cases took longer than {self._kata.deadlines.suite_s:g} s together")
        try:
            return self._ask(self._live_worker(), operation, arguments)
        except (SubmissionDied, SubmissionTimedOut):
            self.deaths += 1
            raise
        finally:
            if self._worker is not None:
                self.calls.update(self._worker.trace.calls)

    def _ask(self, worker: WorkerProcess, operation: Operation, arguments: dict[str, Any]) -> Any:
        began_own_s = worker.own_s()
        try:
            return worker.request(operation, min(self._kata.deadlines.call_s, self._left_s), **arguments)
        finally:
            self._left_s -= max(0.0, worker.own_s() - began_own_s)

    def close(self) -> None:
        """End the worker and keep what it printed."""
        if self._worker is not None:
            self._worker.close()
            self.output = self.output or self._worker.output.decode("utf-8", "replace")

    def _live_worker(self) -> WorkerProcess:
        if self._worker is not None and self._worker.is_open:
            return self._worker
        self.close()
        self._worker = self.start()
        self.run(self._worker)
        return self._worker


def make_setup(deadlines: Deadlines, hidden: tuple[str, ...]) -> Setup:
    """Return the limits of a worker; it may take half of the memory that is free, 4 GiB at most."""
    return Setup(
        arena_bytes=ARENA_BYTES,
        data_limit_bytes=min(_DATA_LIMIT_BYTES, _free_bytes() // 2),
        cpu_limit_s=int(2 * (deadlines.suite_s + deadlines.gates_s)) + 1,
        processes=_PROCESSES,
        open_files=_OPEN_FILES,
        hidden=hidden,
    )


def for_device(setup: Setup, device: str) -> Setup:
    """Return the limits of a worker whose tensors lie on `device`."""
    if device == CPU:
        return setup
    return replace(setup, device=device, without=(*setup.without, NAMESPACES))


def _free_bytes() -> int:
    try:
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass  # not Linux
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
