"""What grading a submission finds: a result for every case and gate, and one status."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """The verdict in a word; ERRORED means that quizzer or the reference failed, not the learner."""

    PASSED = "PASSED"
    FAILED = "FAILED"
    ERRORED = "ERRORED"


class CaseStatus(StrEnum):
    """How a case ended; ERRORED means that the submission raised, died or was not asked any more."""

    PASSED = "PASSED"
    FAILED = "FAILED"
    ERRORED = "ERRORED"
    TIMED_OUT = "TIMED_OUT"


class GateStatus(StrEnum):
    """How a gate ended; SKIPPED and INCONCLUSIVE neither pass nor fail."""

    PASSED = "PASSED"
    FAILED = "FAILED"
    ERRORED = "ERRORED"
    TIMED_OUT = "TIMED_OUT"
    SKIPPED = "SKIPPED"
    INCONCLUSIVE = "INCONCLUSIVE"


class Mode(StrEnum):
    """Whether the submission was confined well enough that its verdict is beyond its own reach."""

    STRICT = "strict"
    PRACTICE = "practice"


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One case: `title` is the line a learner reads, `misconception` the name of the mistake recognised.

    `explanation` and `notes` are that mistake's.
    """

    name: str
    title: str
    status: CaseStatus
    message: str = ""
    misconception: str = ""
    explanation: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GateResult:
    """One gate: `measured`, `limit` and `par` (the reference's figure in the same run) are in `unit`."""

    name: str
    status: GateStatus
    measured: float | None = None
    limit: float | None = None
    par: float | None = None
    unit: str = ""
    message: str = ""
    misconception: str = ""
    explanation: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer of confinement, as it was probed in the worker that served the submission."""

    name: str
    is_held: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Machine:
    """How submissions are graded here: confined by `layers`, measured on `gpu` too unless `gpu_problem`."""

    layers: tuple[Layer, ...]
    gpu: str = ""
    gpu_problem: str = ""


_LAYERS_OF_STRICT = frozenset(("rlimits", "landlock", "seccomp"))


def mode_of(layers: tuple[Layer, ...]) -> Mode:
    """Return the mode that the layers allow: strict where the verdict is beyond the submission's reach.

    Namespaces add to that, and some distributions deny them to ordinary users.
    """
    held = {layer.name for layer in layers if layer.is_held}
    return Mode.STRICT if held >= _LAYERS_OF_STRICT else Mode.PRACTICE


@dataclass(frozen=True, slots=True)
class Verdict:
    """What grading found.

    `problem` is why nothing could be graded, if so: a submission that does not load, or
    a fault of quizzer's. `output` is what the submission printed, cut to its first part.
    """

    kata: str
    mode: Mode
    status: Status
    cases: tuple[CaseResult, ...]
    gates: tuple[GateResult, ...]
    isolation: tuple[Layer, ...]
    seed: int
    suite_version: str
    submission_sha256: str
    duration_s: float
    problem: str = ""
    output: str = ""

    @property
    def first_failing(self) -> CaseResult | None:
        """The first case that did not pass."""
        return next((case for case in self.cases if case.status is not CaseStatus.PASSED), None)

    @property
    def misconceptions(self) -> tuple[str, ...]:
        """The names of the mistakes recognised, each once."""
        return tuple(dict.fromkeys(result.misconception for result in self.results if result.misconception))

    @property
    def notes(self) -> tuple[str, ...]:
        """The ids of the notes that cure the misconceptions, each once."""
        return tuple(dict.fromkeys(note for result in self.results for note in result.notes))

    @property
    def cures(self) -> dict[str, str]:
        """The ids of the notes that cure the misconceptions, each with the first one that it cures."""
        found: dict[str, str] = {}
        for result in self.results:
            for note in result.notes:
                found.setdefault(note, result.misconception)
        return found

    @property
    def results(self) -> tuple[CaseResult | GateResult, ...]:
        """All cases, then all gates."""
        return (*self.cases, *self.gates)


@dataclass(frozen=True, slots=True)
class SuiteStarted:
    """The manifest: the name and the title of every case that will be reported."""

    cases: tuple[tuple[str, str], ...]


Progress = SuiteStarted | CaseResult | GateResult
"""What grading reports on its way to the verdict."""


def verdict_status(
    manifest: tuple[str, ...], cases: tuple[CaseResult, ...], gates: tuple[GateResult, ...]
) -> Status:
    """Return PASSED only for a PASSED record of every case of the manifest and no gate that failed."""
    passed = {case.name for case in cases if case.status is CaseStatus.PASSED}
    failed_gate = any(
        gate.status in (GateStatus.FAILED, GateStatus.TIMED_OUT, GateStatus.ERRORED) for gate in gates
    )
    is_passed = bool(manifest) and len(cases) == len(manifest) and passed == set(manifest) and not failed_gate
    return Status.PASSED if is_passed else Status.FAILED
