"""What a verdict says in words, at the command line and on the screen alike."""

from __future__ import annotations

from itertools import groupby

from quizzer.core.counted import counted
from quizzer.core.verdict import CaseResult, CaseStatus, GateResult, GateStatus, Mode, Status, Verdict
from quizzer.markup.clean import clean_line

CASE_WORDS: dict[CaseStatus, tuple[str, str | None]] = {
    CaseStatus.PASSED: ("✓ passed", "green"),
    CaseStatus.FAILED: ("✗ failed", "red"),
    CaseStatus.ERRORED: ("✗ error", "red"),
    CaseStatus.TIMED_OUT: ("✗ timed out", "red"),
}
GATE_WORDS: dict[GateStatus, tuple[str, str | None]] = {
    GateStatus.PASSED: ("✓ passed", "green"),
    GateStatus.FAILED: ("✗ failed", "red"),
    GateStatus.ERRORED: ("✗ error", "red"),
    GateStatus.TIMED_OUT: ("✗ timed out", "red"),
    GateStatus.SKIPPED: ("- skipped", None),
    GateStatus.INCONCLUSIVE: ("? inconclusive", "yellow"),
}
NOT_RUN = "not run"  # how the message of such a case begins
VERDICT_COLOURS = {Status.PASSED: "green", Status.FAILED: "red", Status.ERRORED: "yellow"}
OUTPUT_LINES = 20  # shown of what a file printed; --json has more
WORD_WIDTH = max(len(word) for word, _ in (*CASE_WORDS.values(), *GATE_WORDS.values()))
PRACTICE = (
    "Practice mode: this computer could not confine the submission fully; 'quizzer doctor' says what holds."
)
NOT_YOURS = "That is a fault of quizzer or of the kata, not of yours; nothing was recorded."
ENDED_ELSEWHERE = "The sitting ended elsewhere meanwhile; this attempt was not recorded."


def case_word(case: CaseResult) -> tuple[str, str | None]:
    """Return how a case ended, with its sign, and the colour of that."""
    # A case that was not run any more is no error of its own.
    return ("- not run", None) if case.message.startswith(NOT_RUN) else CASE_WORDS[case.status]


def gate_line(gate: GateResult) -> str:
    """Return a gate with what was measured, its limit and par, or why nothing was."""
    heading = gate_heading(gate)
    return heading if gate.measured is not None else _with(heading, gate.message)


def gate_heading(gate: GateResult) -> str:
    """Return a gate with its figures alone, where its message stands below."""
    name = clean_line(gate.name).replace("_", " ")
    figures = [
        f"{label} {_number(value)}{unit}"
        for label, value, unit in (
            ("measured", gate.measured, _unit(gate.unit)),
            ("limit", gate.limit, _unit(gate.unit)),
            ("par", gate.par, _unit(gate.unit)),
        )
        if value is not None
    ]
    return f"{name}: {', '.join(figures)}" if figures else name


def headline(verdict: Verdict) -> str:
    """Return the verdict with its figures in one line."""
    passed = sum(case.status is CaseStatus.PASSED for case in verdict.cases)
    cases = counted(len(verdict.cases), "case")
    return f"{verdict.status}: {passed} of {cases} passed, {verdict.duration_s:.1f} s, seed {verdict.seed}"


def misconception_line(result: CaseResult | GateResult) -> str:
    """Return what a result looks like, "" where it was not recognised."""
    if not result.misconception:
        return ""
    return f"What it looks like: {clean_line(result.misconception).replace('-', ' ')}"


def other_recognised(verdict: Verdict) -> CaseResult | None:
    """Return a failing case that is recognised where the first failing one is not."""
    first = verdict.first_failing
    if first is None or first.misconception:
        return None
    return next((case for case in verdict.cases if case.misconception), None)


def gates_to_explain(verdict: Verdict) -> tuple[GateResult, ...]:
    """Return the gates that neither passed nor were skipped."""
    return tuple(gate for gate in verdict.gates if gate.status not in (GateStatus.PASSED, GateStatus.SKIPPED))


def output_lines(verdict: Verdict) -> list[str]:
    """Return the beginning of what the file printed; a line that it repeats at once stands there once."""
    if not verdict.output.strip():
        return []
    runs = [(line, len(list(group))) for line, group in groupby(verdict.output.strip("\n").split("\n"))]
    lines = [f"{line}  ({count} times)" if count > 1 and line else line for line, count in runs]
    left = len(lines) - OUTPUT_LINES
    return lines if left <= 0 else [*lines[:OUTPUT_LINES], f"... and {left} more line{'s' * (left > 1)}"]


def is_practice(verdict: Verdict) -> bool:
    """Whether the submission was not confined fully."""
    return verdict.mode is Mode.PRACTICE


def pulled_sentence(pulled: int) -> str:
    """Return which cards wait because of a verdict; the next step is the caller's to name."""
    one = pulled == 1
    cards = "1 card that explains this waits" if one else f"{pulled} cards that explain this wait"
    return f"{cards} in today's queue"


def _with(name: str, message: str) -> str:
    return f"{name}: {clean_line(message)}" if message else name


def _number(value: float) -> str:
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"


def _unit(unit: str) -> str:
    return f" {clean_line(unit)}" if unit else ""
