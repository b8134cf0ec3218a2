"""Gates of a GPU: time until the result is back and compared, and memory of the device.

The clock is this process's and runs until the bytes of the result are here: whether a worker waits for its
kernels is nothing that could be left out. Where anything speaks against the figures, there is no verdict.
"""

from __future__ import annotations

import time
from pathlib import Path
from statistics import median
from typing import Any

from quizzer.core.kata import Gate, GateKind, Kata
from quizzer.core.verdict import GateResult, GateStatus
from quizzer.grader.bench import WARM_UP, Bench, check_values
from quizzer.grader.failures import (
    CaseFailed,
    GraderFault,
    SubmissionDied,
    SubmissionError,
    SubmissionTimedOut,
)
from quizzer.grader.gpu import Device, try_device
from quizzer.grader.sides import Side
from quizzer.grader.worker import WorkerProcess

VENDOR = "vendor.py"
"""A file beside the hidden suite, which need not be: the kata by torch's own kernel, for comparison."""

WIDEST_SPREAD = 1.5
"""Median over minimum of times; where they scatter more, they decide nothing."""

_MIB = 1 << 20
# torch's allocator takes segments of 2 and of 20 MiB: a small peak is mostly what is left of one.
_SLACK_BYTES = 32 * _MIB
_EXTRA_ROUNDS = 5  # of a time that is over its limit or scatters


class GpuGates:
    """Measures one submission on a device; each side has a worker of its own in the profile for devices."""

    def __init__(self, kata: Kata, bench: Bench, device: Device) -> None:
        self._bench = bench
        self._device = device
        self._reference = Path(kata.reference).read_text(encoding="utf-8")
        vendor = Path(kata.folder) / VENDOR
        self._vendor = vendor.read_text(encoding="utf-8") if vendor.is_file() else None
        self._problem: str | None = None

    def judge(self, gate: Gate) -> GateResult:
        """Return how the submission does at one gate; SKIPPED without a device that torch can use."""
        if self._problem is None:
            _, self._problem = try_device(self._device, self._bench.start)
        if self._problem:
            return GateResult(gate.kind.value, GateStatus.SKIPPED, message=self._problem)
        self._bench.renew_deadline()
        try:
            return self._time(gate) if gate.kind is GateKind.GPU_TIME else self._memory_growth(gate)
        except (SubmissionError, SubmissionDied, SubmissionTimedOut, CaseFailed, GraderFault) as error:
            # It passed every case on the CPU: what is different here may be the device as well.
            where = "" if isinstance(error, CaseFailed) else f"at size {gate.size}: "
            return _inconclusive(gate, f"on the GPU, {where}{error}")

    def _time(self, gate: Gate) -> GateResult:
        sources = [self._reference, None, *([self._vendor] if self._vendor else [])]
        workers: list[WorkerProcess] = []
        try:
            sides = []
            for source in sources:
                workers.append(self._bench.start(self._device.name))
                sides.append(self._bench.side(workers[-1], source))
                # Kernels are loaded when they are first used, and chosen by size.
                self._bench.prepare(gate.kind, sides[-1], gate.size, "warm")()
            times: list[list[float]] = [[] for _ in sides]
            for turn in range(gate.repeats + _EXTRA_ROUNDS):
                if turn >= gate.repeats and judge_times(gate, times[1], times[0]).status is GateStatus.PASSED:
                    break
                for spent, taken in zip(times, self._time_once(gate, sides, turn), strict=True):
                    spent.append(taken)
        finally:
            for worker in workers:
                worker.close()
        vendor_ms = min(times[2]) if self._vendor else 0.0
        return judge_times(gate, times[1], times[0], vendor_ms)

    def _time_once(self, gate: Gate, sides: list[Side], turn: int) -> list[float]:
        """Return the milliseconds of every side on the same fresh inputs."""
        taken_ms, results = [], []
        for side in sides:
            call = self._bench.prepare(gate.kind, side, gate.size, f"round {turn}")
            began = time.perf_counter()
            results.append(call())
            taken_ms.append(1000 * (time.perf_counter() - began))
        for result in results[1:]:
            check_values(result, results[0], gate.size)
        return taken_ms

    def _memory_growth(self, gate: Gate) -> GateResult:
        par, expected = self._growth(gate, self._reference)
        measured, found = self._growth(gate, None)
        for size, ours, theirs in zip((gate.size, 2 * gate.size), found, expected, strict=True):
            check_values(ours, theirs, size)
        if measured > gate.limit:
            # Another program may have taken memory meanwhile, which shows in one figure alone.
            measured = min(measured, self._growth(gate, None)[0])
        figures: dict[str, Any] = {"measured": measured, "limit": gate.limit, "par": par, "unit": "x"}
        if par > gate.limit:
            return _inconclusive(gate, "the GPU's memory is in use by others as well", **figures)
        status = GateStatus.PASSED if measured <= gate.limit else GateStatus.FAILED
        return GateResult(gate.kind.value, status, **figures)

    def _growth(self, gate: Gate, source: str | None) -> tuple[float, list[Any]]:
        """Return the ratio of the peaks at twice the size and at the size, and the results."""
        peaks, results = [], []
        for size in (gate.size, 2 * gate.size):
            worker = self._bench.start(self._device.name)
            try:
                side = self._bench.side(worker, source)
                self._bench.prepare(gate.kind, side, gate.size // WARM_UP, "warm")()
                call = self._bench.prepare(gate.kind, side, size, f"{size}")
                before = self._device.used_bytes(worker.pid)
                results.append(call())
                peaks.append(max(0, self._device.used_bytes(worker.pid) - before))
            finally:
                worker.close()
        return (peaks[1] + _SLACK_BYTES) / (peaks[0] + _SLACK_BYTES), results


def judge_times(
    gate: Gate, ours_ms: list[float], theirs_ms: list[float], vendor_ms: float = 0.0
) -> GateResult:
    """Return what the times of submission and reference say; the least of each decides."""
    measured, par = min(ours_ms), min(theirs_ms)
    limit = gate.limit * par
    figures: dict[str, Any] = {"measured": measured, "limit": limit, "par": par, "unit": "ms"}
    message = f"PyTorch's own kernel takes {vendor_ms:.3g} ms" if vendor_ms else ""
    if measured <= limit:
        return GateResult(gate.kind.value, GateStatus.PASSED, message=message, **figures)
    spread = max(median(times) / min(times) for times in (ours_ms, theirs_ms))
    if spread > WIDEST_SPREAD:
        return _inconclusive(gate, f"the times scatter by a factor of {spread:.1f}", **figures)
    return GateResult(gate.kind.value, GateStatus.FAILED, message=message, **figures)


def _inconclusive(gate: Gate, message: str, **figures: Any) -> GateResult:
    return GateResult(gate.kind.value, GateStatus.INCONCLUSIVE, message=message, **figures)
