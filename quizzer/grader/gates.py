"""Gates: what a submission costs, read by this process from the kernel beside the reference's cost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

from quizzer.core.kata import Gate, GateKind, Kata
from quizzer.core.verdict import GateResult, GateStatus
from quizzer.grader import meters
from quizzer.grader.bench import WARM_UP, Bench, MakeDraw, check_values
from quizzer.grader.failures import CaseFailed, SubmissionDied, SubmissionError, SubmissionTimedOut
from quizzer.grader.gpu import Gpu
from quizzer.grader.gpu_gates import GpuGates
from quizzer.grader.sides import Side
from quizzer.grader.submission import Submission
from quizzer.grader.worker import WorkerProcess

_MIB = 1 << 20
_SLACK_BYTES = 2 * _MIB  # what an allocator keeps in hand, added to both peaks: small ones are mostly that
_EXTRA_ROUNDS = 3  # of a time that is over its limit, before it fails


class Gates:
    """Measures one submission; each gate on workers of its own, the reference in an equal one."""

    def __init__(self, kata: Kata, submission: Submission, module: ModuleType, make_draw: MakeDraw) -> None:
        self._kata = kata
        self._reference = Path(kata.reference).read_text(encoding="utf-8")
        self._bench = Bench(kata, submission, module, make_draw)
        self._gpu = GpuGates(kata, self._bench, Gpu())

    def judge(self, gate: Gate) -> GateResult:
        """Return how the submission does at one gate that needs every case passed.

        Raises:
            GraderFault: If the reference itself cannot be measured.
        """
        if gate.kind.needs_gpu:
            return self._named(gate, self._gpu.judge(gate))
        judges = {GateKind.MEMORY_GROWTH: self._memory_growth, GateKind.CPU_TIME: self._cpu_time}
        try:
            return self._named(gate, judges[gate.kind](gate))
        except SubmissionTimedOut as error:
            result = GateResult(
                gate.kind.value, GateStatus.TIMED_OUT, message=f"at size {gate.size}: {error}"
            )
            return self._named(gate, result) if gate.kind is GateKind.CPU_TIME else result
        except SubmissionDied as error:
            return self._named(gate, _failed(gate, f"at size {gate.size}: {error}"))
        except (SubmissionError, CaseFailed) as error:
            # Wrong where it is measured, which says nothing of its cost.
            return _failed(gate, _say_wrong(gate, error))

    def _named(self, gate: Gate, result: GateResult) -> GateResult:
        """Return the result with the misconception that failing the gate shows."""
        if result.status not in (GateStatus.FAILED, GateStatus.TIMED_OUT):
            return result
        mistake = self._kata.mistake(gate.misconception)
        return replace(
            result,
            misconception=gate.misconception,
            explanation=mistake.explanation if mistake else "",
            notes=mistake.notes if mistake else (),
        )

    def _memory_growth(self, gate: Gate) -> GateResult:
        try:
            par, _, expected = self._growth(gate, self._reference)
        except OSError:
            return _inconclusive(gate, "this system does not count peak memory")
        try:
            measured, resident_mib, found = self._growth(gate, None)
        except OSError as error:
            return _failed(gate, f"its memory could not be counted ({error})")
        for size, ours, theirs in zip((gate.size, 2 * gate.size), found, expected, strict=True):
            check_values(ours, theirs, size)
        over_cap = gate.cap_mib and resident_mib > gate.cap_mib
        is_passed = measured <= gate.limit and not over_cap
        message = "" if is_passed else self._explain_memory(gate, resident_mib)
        return _judged(gate, is_passed, (measured, gate.limit, par), "x", message)

    def _growth(self, gate: Gate, source: str | None) -> tuple[float, float, list[Any]]:
        """Return the ratio of the peaks at twice the size and at the size, the most MiB resident, results.

        `source` None is the submission.

        Raises:
            OSError: If the memory cannot be counted.
        """
        peaks, resident, results = [], 0.0, []
        for size in (gate.size, 2 * gate.size):
            worker = self._bench.start()
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

        side = self._bench.side(worker, source)
        self._bench.prepare(gate.kind, side, size // WARM_UP, "warm")()
        begin, call = self._bench.begin(gate.kind, worker, side, size, f"{size}", start)
        result = call()
        peak = meters.peak_bytes(worker.pid) + worker.arena_bytes()
        if source is None and size == gate.size:
            self._bench.trace(gate.kind, worker, gate.size)
        return peak - begin, max(highest, peak) - empty, result

    def _explain_memory(self, gate: Gate, resident_mib: float) -> str:
        shape = self._bench.largest_shape(gate.kind, gate.size)
        largest = f"; the largest tensor at {gate.size} has the shape {shape}" if shape else ""
        cap = f" of {gate.cap_mib} MiB allowed" if gate.cap_mib else ""
        return f"{resident_mib:.0f} MiB were resident at {2 * gate.size}{cap}{largest}"

    def _cpu_time(self, gate: Gate) -> GateResult:
        ours, theirs = self._bench.start(), self._bench.start()
        try:
            meters.cpu_seconds(theirs.pid)
        except OSError:
            return _inconclusive(gate, "this system does not count processor time from outside")
        try:
            measured, par = (1000 * seconds for seconds in self._best_times(gate, ours, theirs))
        except OSError as error:
            return _failed(gate, f"it ended before its processor time was read ({error})")
        finally:
            ours.close()
            theirs.close()
        limit = gate.limit * par
        return _judged(gate, measured <= limit, (measured, limit, par), "ms")

    def _best_times(self, gate: Gate, ours: WorkerProcess, theirs: WorkerProcess) -> list[float]:
        """Return the least processor seconds of submission and reference."""
        sides = [(ours, self._bench.side(ours, None)), (theirs, self._bench.side(theirs, self._reference))]
        for _, side in sides:
            self._bench.prepare(gate.kind, side, gate.size // WARM_UP, "warm")()
        best = [float("inf"), float("inf")]
        for turn in range(gate.repeats + _EXTRA_ROUNDS):
            if turn >= gate.repeats and best[0] <= gate.limit * best[1]:
                break
            spent = self._time_once(gate, sides, turn)
            best = [min(pair) for pair in zip(best, spent, strict=True)]
            if best[0] > 4 * gate.limit * best[1] and turn:
                break
        self._bench.trace(gate.kind, ours, gate.size)
        return best

    def _time_once(self, gate: Gate, sides: list[tuple[WorkerProcess, Side]], turn: int) -> list[float]:
        """Return the processor seconds of submission and reference on the same fresh inputs."""
        starts, spent, results = [], [], []
        for worker, side in sides:
            label = f"round {turn}"
            start, call = self._bench.begin(gate.kind, worker, side, gate.size, label, meters.cpu_seconds)
            starts.append(start)
            results.append(call())
            spent.append(meters.cpu_seconds(worker.pid) - start)
        check_values(results[0], results[1], gate.size)
        # What a worker does between two requests is its own cost too.
        return [meters.cpu_seconds(sides[0][0].pid) - starts[0], spent[1]]


def _judged(
    gate: Gate, is_passed: bool, figures: tuple[float, float, float], unit: str, message: str = ""
) -> GateResult:
    status = GateStatus.PASSED if is_passed else GateStatus.FAILED
    return GateResult(gate.kind.value, status, *figures, unit=unit, message=message)


def _say_wrong(gate: Gate, error: SubmissionError | CaseFailed) -> str:
    """Return what is wrong in a measured call, which differs from most cases by having no gradients."""
    if isinstance(error, CaseFailed):
        return f"the result is wrong where it is measured, without gradients (torch.no_grad): {error}"
    return f"it raises where it is measured, without gradients (torch.no_grad), at size {gate.size}: {error}"


def _failed(gate: Gate, message: str) -> GateResult:
    return GateResult(gate.kind.value, GateStatus.FAILED, message=message)


def _inconclusive(gate: Gate, message: str) -> GateResult:
    return GateResult(gate.kind.value, GateStatus.INCONCLUSIVE, message=message)
