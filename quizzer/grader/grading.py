"""Grading one order: load, cases, diagnosis, gates, verdict; a line of news for each on the way."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from quizzer.core.kata import Deadlines, GateKind, Kata
from quizzer.core.verdict import (
    CaseResult,
    CaseStatus,
    GateResult,
    GateStatus,
    Layer,
    Machine,
    Status,
    SuiteStarted,
    Verdict,
    mode_of,
    verdict_status,
)
from quizzer.grader.calls import judge_calls
from quizzer.grader.cases import SUITE, Case, Record, Suite, to_result
from quizzer.grader.diagnosis import Diagnosis
from quizzer.grader.draw import Draw
from quizzer.grader.failures import GraderFault, SubmissionDied, SubmissionError, SubmissionTimedOut
from quizzer.grader.gates import Gates
from quizzer.grader.gpu import Gpu, try_device
from quizzer.grader.outcomes import Recorder
from quizzer.grader.sides import Side
from quizzer.grader.solution import Solution, run_file
from quizzer.grader.submission import Submission, for_device, make_setup
from quizzer.grader.worker import WorkerProcess
from quizzer.grader.zygote import Zygote
from quizzer.wire.messages import LayerReport, Operation, Tracing
from quizzer.wire.orders import Event, Order

Report = Callable[[Event], None]
_OUTER_LAYERS = tuple(
    Layer(name, True, "outside the worker") for name in ("deadlines", "memory watch", "output cap")
)


def grade(order: Order, zygote: Zygote, report: Report) -> Verdict:
    """Grade one submission; what goes wrong with quizzer or the kata is a verdict ERRORED."""
    return _Grading(order, zygote, report).run()


class _Grading:
    def __init__(self, order: Order, zygote: Zygote, report: Report) -> None:
        self._started = time.monotonic()
        self._order = order
        self._kata = order.kata
        self._report = report
        self._manifest: tuple[str, ...] = ()
        self._records: list[Record] = []
        self._cases: list[CaseResult] = []
        self._gates: list[GateResult] = []
        self._problem = ""
        folder = Path(self._kata.folder)
        self._submission = Submission(
            self._kata, order.source, zygote, (str(folder), str(Path(self._kata.reference).parent))
        )

    def run(self) -> Verdict:
        status: Status | None = None
        try:
            self._reference = Solution(Path(self._kata.reference))
            try:
                status = self._judge()
            finally:
                self._reference.close()
        except GraderFault as error:
            status, self._problem = Status.ERRORED, str(error)
        finally:
            self._submission.close()
        return self._verdict(status)

    def _judge(self) -> Status:
        """Return the status, with cases and gates filled in."""
        folder = Path(self._kata.folder)
        suite = Suite(folder, self._reference_side, self._draw)
        self._problem = self._load()
        suite.run(self._submission_side, self._start, self._record, shuffle=self._order.shuffled)
        self._diagnose()
        if self._problem:
            return Status.FAILED
        self._judge_gates(folder)
        return verdict_status(self._manifest, tuple(self._cases), tuple(self._gates))

    def _load(self) -> str:
        """Load the submission; return why it cannot be graded, "" if it can."""
        try:
            self._submission.load()
        except (SubmissionError, SubmissionDied, SubmissionTimedOut) as error:
            return f"{self._submission.file_name} does not load: {error}"
        missing = [
            entry.name for entry in self._kata.entry_points if entry.name not in self._submission.names
        ]
        if missing:
            return f"{self._submission.file_name} defines no {' and no '.join(missing)}, as the starter does"
        return ""

    def _start(self, cases: list[Case]) -> None:
        self._manifest = tuple(case.name for case in cases)
        if self._problem:
            return  # nothing is run, and a line a case would hide the one reason
        self._report(Event(suite=SuiteStarted(tuple((case.name, case.title) for case in cases))))

    def _record(self, record: Record) -> None:
        if record.status is CaseStatus.PASSED:
            record.recorder.outcomes.clear()  # only failed cases are diagnosed
        self._records.append(record)
        self._cases.append(to_result(record))
        if not self._problem:
            self._report(Event(case=self._cases[-1]))

    def _diagnose(self) -> None:
        if self._problem:
            return
        diagnosis = Diagnosis(self._kata, self._reference_side, self._draw)
        try:
            named = diagnosis.name(self._records)
        finally:
            diagnosis.close()
        self._cases = [self._name(case, named.get(case.name, "")) for case in self._cases]

    def _name(self, case: CaseResult, misconception: str) -> CaseResult:
        mistake = self._kata.mistake(misconception)
        if mistake is None:
            return case
        return replace(case, misconception=mistake.name, explanation=mistake.explanation, notes=mistake.notes)

    def _judge_gates(self, folder: Path) -> None:
        is_measured = all(case.status is CaseStatus.PASSED for case in self._cases)
        module = run_file(folder / SUITE, "quizzer_measures") if is_measured else None
        gates = Gates(self._kata, self._submission, module, self._draw) if module else None
        # What is called comes last: calls are traced at the measured sizes too.
        for gate in sorted(self._kata.gates, key=lambda gate: gate.kind is GateKind.FORBIDDEN_CALLS):
            if gate.kind is GateKind.FORBIDDEN_CALLS:
                result = judge_calls(self._kata, gate, self._submission)
            elif gates is None:
                result = GateResult(
                    gate.kind.value, GateStatus.SKIPPED, message="measured once every case passes"
                )
            else:
                result = gates.judge(gate)
            self._gates.append(result)
            self._report(Event(gate=result))
        order = [gate.kind.value for gate in self._kata.gates]
        self._gates.sort(key=lambda result: order.index(result.name))

    def _submission_side(self, recorder: Recorder) -> Side:
        depth = Tracing.FUNCTIONS if self._records else Tracing.ALL
        return Side(self._perform, self._kata.entry_points, recorder=recorder, tracing=depth)

    def _perform(self, operation: Operation, **arguments: object) -> object:
        if self._problem:
            raise SubmissionDied("not run: the file does not load")
        return self._submission.perform(operation, **arguments)

    def _reference_side(self, recorder: Recorder) -> Side:
        return Side(self._reference.perform, self._kata.entry_points, recorder=recorder)

    def _draw(self, case: str) -> Draw:
        return Draw(self._order.seed, case, self._shapes_of)

    def _shapes_of(self, entry_point: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        handle = self._reference.perform(Operation.CONSTRUCT, name=entry_point, args=args, kwargs=kwargs)
        return dict(self._reference.perform(Operation.STATE, target=handle))

    def _verdict(self, status: Status) -> Verdict:
        layers = _layers(self._submission.layers)
        return Verdict(
            kata=self._kata.slug,
            mode=mode_of(layers),
            status=status,
            cases=tuple(self._cases),
            gates=tuple(self._gates),
            isolation=layers,
            seed=self._order.seed,
            suite_version=suite_version(self._kata),
            submission_sha256=hashlib.sha256(self._order.source.encode()).hexdigest(),
            duration_s=round(time.monotonic() - self._started, 3),
            problem=self._problem,
            output=self._submission.output,
        )


def probe(zygote: Zygote) -> Machine:
    """Return how a worker is confined on this machine, and on which GPU it can compute.

    Raises:
        GraderFault: If no worker can be started.
    """
    setup = make_setup(Deadlines(), ())
    worker = WorkerProcess(zygote, setup, "")
    worker.close()
    gpu, problem = try_device(Gpu(), lambda name: WorkerProcess(zygote, for_device(setup, name), ""))
    return Machine(_layers(worker.layers), gpu, problem)


def _layers(found: tuple[LayerReport, ...]) -> tuple[Layer, ...]:
    layers = tuple(Layer(layer.name, layer.is_held, layer.detail) for layer in found)
    return (*layers, *_OUTER_LAYERS) if layers else ()


def suite_version(kata: Kata) -> str:
    """Return a digest of all that decides a verdict: suite and its data, reference, mistakes, kata.yaml."""
    folder = Path(kata.folder)
    paths = [
        folder / SUITE,
        folder / "kata.yaml",
        Path(kata.reference),
        *sorted(folder.glob("mistakes/*.py")),
        *sorted(folder.glob("*.txt")),
    ]
    digest = hashlib.sha256()
    for path in paths:
        content = path.read_bytes() if path.is_file() else b""
        digest.update(f"{path.name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:12]
