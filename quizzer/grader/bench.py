"""Where gates measure: workers with the submission or another source, and calls that are prepared in them."""

from __future__ import annotations

import time
from collections.abc import Callable
from math import prod
from types import ModuleType
from typing import Any

from quizzer.core.kata import GateKind, Kata
from quizzer.grader.assertions import assert_close
from quizzer.grader.draw import Draw
from quizzer.grader.failures import GraderFault, SubmissionDied, SubmissionError, SubmissionTimedOut
from quizzer.grader.sides import Perform, Side
from quizzer.grader.submission import Submission
from quizzer.grader.worker import WorkerProcess
from quizzer.wire.messages import CPU, Operation, Trace, Tracing

Measure = Callable[[Side, Draw, int], Callable[[], Any]]
MakeDraw = Callable[[str], Draw]
WARM_UP = 8
"""The size is divided by it for a first call, which pays for what is made once."""

_CALLS_AT_LEAST = 2  # that the gates' deadline has time for, whatever one call does
_SHORTEST_CALL_S = 1.0  # a deadline below it would say more of the machine than of the call


class Bench:
    """Sets up what all gates of one submission measure, within their common deadline."""

    def __init__(self, kata: Kata, submission: Submission, module: ModuleType, make_draw: MakeDraw) -> None:
        self._kata = kata
        self._submission = submission
        self._module = module
        self._make_draw = make_draw
        self._starts: dict[int, float] = {}  # by pid: what the meter read before the first input was held
        self._read_start: Callable[[int], float] | None = None
        self._deadline = time.monotonic() + kata.deadlines.gates_s
        self._call_s = kata.deadlines.gates_s / _CALLS_AT_LEAST

    def renew_deadline(self) -> None:
        """Give what follows the whole time again: a driver takes seconds in every new worker."""
        self._deadline = time.monotonic() + self._kata.deadlines.gates_s

    def start(self, device: str = CPU) -> WorkerProcess:
        """Return a new worker."""
        return self._submission.start(device)

    def side(self, worker: WorkerProcess, source: str | None) -> Side:
        """Load `source`, None for the submission, and return what calls it.

        Raises:
            GraderFault: If a source of ours does not load.
            SubmissionError, SubmissionDied, SubmissionTimedOut: If the submission does not.
        """
        try:
            self._submission.run(worker, source, within_s=None if source else self._left_s())
        except (SubmissionError, SubmissionDied, SubmissionTimedOut) as error:
            if source is not None:
                raise GraderFault(f"the reference does not load: {error}") from error
            raise
        perform = self._ask_submission(worker) if source is None else self._ask_ours(worker)
        return self._make_side(perform)

    def prepare(self, kind: GateKind, side: Side, size: int, label: str) -> Callable[[], Any]:
        """Set up one call with fresh inputs, the same for every side of that label.

        Raises:
            GraderFault: If the hidden suite does not say what is measured.
        """
        measure: Measure | None = getattr(self._module, f"measure_{kind.value}", None)
        if measure is None:
            raise GraderFault(f"the hidden suite has no measure_{kind.value}, which the gate needs")
        return measure(side, self._make_draw(f"{kind.value} {label}"), size)

    def begin(
        self,
        kind: GateKind,
        worker: WorkerProcess,
        side: Side,
        size: int,
        label: str,
        read: Callable[[int], float],
    ) -> tuple[float, Callable[[], Any]]:
        """Prepare a call to be measured; return what `read` gave before the first input was held.

        A worker that has the inputs could do the work of the call before it is asked.
        """
        self._starts.pop(worker.pid, None)
        self._read_start = read
        try:
            call = self.prepare(kind, side, size, label)
        finally:
            self._read_start = None  # `read` is of this worker alone
        start = self._starts.pop(worker.pid, None)
        return read(worker.pid) if start is None else start, call

    def trace(self, kind: GateKind, worker: WorkerProcess, size: int) -> None:
        """Have what is measured traced: a submission may do there what it does in no case."""
        for trace in self._traces(kind, worker, size, "traced"):
            self._submission.calls.update(trace.calls)

    def largest_shape(self, kind: GateKind, size: int) -> tuple[int, ...]:
        """Return the shape of the largest tensor that the submission makes, () if none is seen."""
        worker = self.start()
        try:
            self._submission.run(worker, within_s=self._left_s())
            shapes = [trace.largest_shape for trace in self._traces(kind, worker, size, "explained")]
            return max(shapes, key=prod, default=())
        except (SubmissionError, SubmissionDied, SubmissionTimedOut):
            return ()
        finally:
            worker.close()

    def _traces(self, kind: GateKind, worker: WorkerProcess, size: int, label: str) -> list[Trace]:
        """Return a trace of every call; a side traces the first one of a case alone."""
        ask, traces = self._ask_submission(worker), []

        def perform(operation: Operation, **arguments: Any) -> Any:
            if operation is not Operation.CALL:
                return ask(operation, **arguments)
            result = ask(operation, **arguments | {"tracing": Tracing.ALL.value})
            traces.append(worker.trace)
            return result

        self.prepare(kind, self._make_side(perform), size, label)()
        return traces

    def _ask_submission(self, worker: WorkerProcess) -> Perform:
        def perform(operation: Operation, **arguments: Any) -> Any:
            self._see(worker, operation)
            return worker.request(operation, min(self._left_s(), self._call_s), **arguments)

        return perform

    def _left_s(self) -> float:
        left_s = self._deadline - time.monotonic()
        if left_s < _SHORTEST_CALL_S:
            raise SubmissionTimedOut(f"the {self._kata.deadlines.gates_s:g} s of all gates are used up")
        return left_s

    def _see(self, worker: WorkerProcess, operation: Operation) -> None:
        if operation is Operation.HOLD and self._read_start and worker.pid not in self._starts:
            self._starts[worker.pid] = self._read_start(worker.pid)

    def _ask_ours(self, worker: WorkerProcess) -> Perform:
        def perform(operation: Operation, **arguments: Any) -> Any:
            self._see(worker, operation)
            try:
                return worker.request(operation, self._kata.deadlines.gates_s, **arguments)
            except (SubmissionError, SubmissionDied, SubmissionTimedOut) as error:
                raise GraderFault(f"the reference cannot be measured: {error}") from error

        return perform

    def _make_side(self, perform: Perform) -> Side:
        return Side(perform, self._kata.entry_points, with_graph=False)


def check_values(found: Any, expected: Any, size: int) -> None:
    """Demand that the measured call gave what the reference's gives.

    Raises:
        CaseFailed: Where it did not.
    """
    assert_close(found, expected, rtol=1e-3, atol=1e-4, where=f"at size {size}")
