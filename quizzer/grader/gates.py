"""Gates: what a submission costs, read by this process from the kernel beside the reference's cost."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

from quizzer.core.kata import Gate, GateKind, Kata
from quizzer.core.verdict import GateResult, GateStatus
from quizzer.grader import meters
from quizzer.grader.assertions import assert_close
from quizzer.grader.draw import Draw
from quizzer.grader.failures import (
    CaseFailed,
    GraderFault,
    SubmissionDied,
    SubmissionError,
    SubmissionTimedOut,
)
from quizzer.grader.sides import Perform, Side
from quizzer.grader.submission import Submission
from quizzer.grader.worker import WorkerProcess
from quizzer.wire.messages import Operation, Tracing

Measure = Callable[[Side, Draw, int], Callable[[], Any]]
MakeDraw = Callable[[str], Draw]
_MIB = 1 << 20
_SLACK_BYTES = 2 * _MIB  # what an allocator keeps in hand, added to both peaks: small ones are mostly that
_CALLS_AT_LEAST = 2  # that the gates' deadline has time for, whatever one call does
_SHORTEST_CALL_S = 1.0  # a deadline below it would say more of the machine than of the call
_WARM_UP = 8  # the size is divided by it for a first call, which pays for what is made once
_EXTRA_ROUNDS = 3  # of a time that is over its limit, before it fails


class Gates:
    """Measures one submission; each gate on workers of its own, the reference in an equal one."""

    def __init__(self, kata: Kata, submission: Submission, module: ModuleType, make_draw: MakeDraw) -> None:
        self._kata = kata
        self._submission = submission
        self._module = module
        self._make_draw = make_draw
        self._reference = Path(kata.reference).read_text(encoding="utf-8")
        self._starts: dict[int, float] = {}  # by pid: what the meter read before the first input was held
        self._read_start: Callable[[int], float] | None = None
        self._deadline = time.monotonic() + kata.deadlines.gates_s
        self._call_s = kata.deadlines.gates_s / _CALLS_AT_LEAST

    def judge(self, gate: Gate) -> GateResult:
        """Return how the submission does at one gate that needs every case passed.

        Raises:
            GraderFault: If the reference itself cannot be measured.
        """
        judges = {GateKind.MEMORY_GROWTH: self._memory_growth, GateKind.CPU_TIME: self._cpu_time}
        if gate.kind not in judges:
            return GateResult(gate.kind.value, GateStatus.SKIPPED, message="GPUs are not measured yet")
        try:
            return judges[gate.kind](gate)
        except SubmissionTimedOut as error:
            message = f"at size {gate.size}: {error}"
            if gate.kind is GateKind.CPU_TIME:
                return self._failure(gate, GateStatus.TIMED_OUT, message)
            return GateResult(gate.kind.value, GateStatus.TIMED_OUT, message=message)
        except SubmissionDied as error:
            return self._failure(gate, GateStatus.FAILED, f"at size {gate.size}: {error}")
        except (SubmissionError, CaseFailed) as error:
            # Wrong at this size, which says nothing of its cost.
            return GateResult(gate.kind.value, GateStatus.FAILED, message=f"at size {gate.size}: {error}")

    def _memory_growth(self, gate: Gate) -> GateResult:
        try:
            par, _, expected = self._growth(gate, self._reference)
        except OSError:
            return _inconclusive(gate, "this system does not count peak memory")
        try:
            measured, resident_mib, found = self._growth(gate, None)
        except OSError:
            return self._failure(gate, GateStatus.FAILED, "its memory could not be counted")
        for size, ours, theirs in zip((gate.size, 2 * gate.size), found, expected, strict=True):
            _check_values(ours, theirs, size)
        over_cap = gate.cap_mib and resident_mib > gate.cap_mib
        is_passed = measured <= gate.limit and not over_cap
        message = "" if is_passed else self._explain_memory(gate, resident_mib)
        return self._result(gate, is_passed, measured, gate.limit, par, "x", message)

    def _growth(self, gate: Gate, source: str | None) -> tuple[float, float, list[Any]]:
        """Return the ratio of the peaks at twice the size and at the size, the most MiB resident, results.

        `source` None is the submission.

        Raises:
            OSError: If the memory cannot be counted.
        """
        peaks, resident, results = [], 0.0, []
        for size in (gate.size, 2 * gate.size):
            worker = self._submission.start()
            try:
                peak, highest, result = self._peak(gate, worker, source, size)
            finally:
                worker.close()
            peaks.append(peak)
            resident = max(resident, highest)
            results.append(result)
        return (peaks[1] + _SLACK_BYTES) / (peaks[0] + _SLACK_BYTES), resident / _MIB, results

    def _peak(
        self, gate: Gate, worker: WorkerProcess, source: str | None, size: int
    ) -> tuple[float, float, Any]:
        """Return the bytes that a call took, the most resident since before loading, and the result."""
        empty, highest = meters.reset_peak(worker.pid), 0

        def start(pid: int) -> float:
            nonlocal highest
            highest = meters.peak_bytes(pid)
            return meters.reset_peak(pid) + worker.arena_bytes()

        side = self._side(worker, source)
        self._prepare(gate, side, size // _WARM_UP, "warm")()
        begin, call = self._begin(gate, worker, side, size, f"{size}", start)
        result = call()
        peak = meters.peak_bytes(worker.pid) + worker.arena_bytes()
        if source is None and size == gate.size:
            self._trace(gate, worker)
        return peak - begin, max(highest, peak) - empty, result

    def _begin(
        self,
        gate: Gate,
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
        call = self._prepare(gate, side, size, label)
        start = self._starts.pop(worker.pid, None)
        return read(worker.pid) if start is None else start, call

    def _trace(self, gate: Gate, worker: WorkerProcess) -> None:
        """Have a call traced at the measured size: a submission may do there what it does in no case."""
        side = self._make_side(self._ask_submission(worker), tracing=Tracing.ALL)
        self._prepare(gate, side, gate.size, "traced")()
        self._submission.calls.update(worker.trace.calls)

    def _explain_memory(self, gate: Gate, resident_mib: float) -> str:
        worker = self._submission.start()
        try:
            self._submission.run(worker, within_s=self._left_s())
            side = self._make_side(self._ask_submission(worker), tracing=Tracing.ALL)
            self._prepare(gate, side, gate.size, "explained")()
            shape = tuple(worker.trace.largest_shape)
        except (SubmissionError, SubmissionDied, SubmissionTimedOut):
            shape = ()
        finally:
            worker.close()
        largest = f"; the largest tensor at {gate.size} has the shape {shape}" if shape else ""
        cap = f" of {gate.cap_mib} MiB allowed" if gate.cap_mib else ""
        return f"{resident_mib:.0f} MiB were resident at {2 * gate.size}{cap}{largest}"

    def _cpu_time(self, gate: Gate) -> GateResult:
        ours, theirs = self._submission.start(), self._submission.start()
        try:
            meters.cpu_seconds(theirs.pid)
        except OSError:
            return _inconclusive(gate, "this system does not count processor time from outside")
        try:
            measured, par = (1000 * seconds for seconds in self._best_times(gate, ours, theirs))
        except OSError:
            return self._failure(gate, GateStatus.FAILED, "it ended before its processor time was read")
        finally:
            ours.close()
            theirs.close()
        return self._result(gate, measured <= gate.limit * par, measured, gate.limit * par, par, "ms", "")

    def _best_times(self, gate: Gate, ours: WorkerProcess, theirs: WorkerProcess) -> list[float]:
        """Return the least processor seconds of submission and reference."""
        sides = [(ours, self._side(ours, None)), (theirs, self._side(theirs, self._reference))]
        for _, side in sides:
            self._prepare(gate, side, gate.size // _WARM_UP, "warm")()
        best = [float("inf"), float("inf")]
        for turn in range(gate.repeats + _EXTRA_ROUNDS):
            if turn >= gate.repeats and best[0] <= gate.limit * best[1]:
                break
            spent = self._time_once(gate, sides, turn)
            best = [min(pair) for pair in zip(best, spent, strict=True)]
            if best[0] > 4 * gate.limit * best[1] and turn:
                break
        self._trace(gate, ours)
        return best

    def _time_once(self, gate: Gate, sides: list[tuple[WorkerProcess, Side]], turn: int) -> list[float]:
        """Return the processor seconds of submission and reference on the same fresh inputs."""
        starts, spent, results = [], [], []
        for worker, side in sides:
            start, call = self._begin(gate, worker, side, gate.size, f"round {turn}", meters.cpu_seconds)
            starts.append(start)
            results.append(call())
            spent.append(meters.cpu_seconds(worker.pid) - start)
        _check_values(results[0], results[1], gate.size)
        # What a worker does between two requests is its own cost too.
        return [meters.cpu_seconds(sides[0][0].pid) - starts[0], spent[1]]

    def _side(self, worker: WorkerProcess, source: str | None) -> Side:
        try:
            self._submission.run(worker, source, within_s=None if source else self._left_s())
        except (SubmissionError, SubmissionDied, SubmissionTimedOut) as error:
            if source is not None:
                raise GraderFault(f"the reference does not load: {error}") from error
            raise
        perform = self._ask_submission(worker) if source is None else self._ask_reference(worker)
        return self._make_side(perform)

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

    def _ask_reference(self, worker: WorkerProcess) -> Perform:
        def perform(operation: Operation, **arguments: Any) -> Any:
            self._see(worker, operation)
            try:
                return worker.request(operation, self._kata.deadlines.gates_s, **arguments)
            except (SubmissionError, SubmissionDied, SubmissionTimedOut) as error:
                raise GraderFault(f"the reference cannot be measured: {error}") from error

        return perform

    def _make_side(self, perform: Perform, *, tracing: Tracing = Tracing.NOTHING) -> Side:
        return Side(perform, self._kata.entry_points, tracing=tracing, with_graph=False)

    def _prepare(self, gate: Gate, side: Side, size: int, label: str) -> Callable[[], Any]:
        measure: Measure | None = getattr(self._module, f"measure_{gate.kind.value}", None)
        if measure is None:
            raise GraderFault(f"the hidden suite has no measure_{gate.kind.value}, which the gate needs")
        return measure(side, self._make_draw(f"{gate.kind.value} {label}"), size)

    def _result(
        self, gate: Gate, is_passed: bool, measured: float, limit: float, par: float, unit: str, message: str
    ) -> GateResult:
        figures: dict[str, Any] = {"measured": measured, "limit": limit, "par": par, "unit": unit}
        if not is_passed:
            return replace(self._failure(gate, GateStatus.FAILED, message), **figures)
        return GateResult(gate.kind.value, GateStatus.PASSED, **figures)

    def _failure(self, gate: Gate, status: GateStatus, message: str) -> GateResult:
        mistake = self._kata.mistake(gate.misconception)
        return GateResult(
            gate.kind.value,
            status,
            message=message,
            misconception=gate.misconception,
            explanation=mistake.explanation if mistake else "",
            notes=mistake.notes if mistake else (),
        )


def _check_values(found: Any, expected: Any, size: int) -> None:
    assert_close(found, expected, rtol=1e-3, atol=1e-4, where=f"size {size}")


def _inconclusive(gate: Gate, message: str) -> GateResult:
    return GateResult(gate.kind.value, GateStatus.INCONCLUSIVE, message=message)
