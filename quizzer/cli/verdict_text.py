"""A verdict as a learner reads it: the first failing case, its misconception, the gates, what is next."""

from __future__ import annotations

from itertools import groupby

from quizzer.cli.console import Console
from quizzer.core.verdict import (
    CaseResult,
    CaseStatus,
    GateResult,
    GateStatus,
    Mode,
    Progress,
    Status,
    SuiteStarted,
    Verdict,
)
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


def show_progress(console: Console, item: Progress) -> None:
    """Print a line for what grading reports."""
    match item:
        case SuiteStarted():
            console.say(f"{len(item.cases)} cases:")
        case CaseResult():
            word, colour = _case_word(item)
            console.tell(item.title, "  ", label=f"{word:{WORD_WIDTH}}  ", colour=colour)
        case GateResult():
            word, colour = GATE_WORDS[item.status]
            console.tell(gate_line(item), "  ", label=f"{word:{WORD_WIDTH}}  ", colour=colour)


def show_verdict(console: Console, verdict: Verdict) -> None:
    """Print what a learner needs of a verdict whose progress was shown."""
    passed = sum(case.status is CaseStatus.PASSED for case in verdict.cases)
    if verdict.output.strip():
        console.say("\nYour file printed:")
        console.quote("\n".join(_first_lines(verdict.output)))
    console.say()
    figures = (
        f"{passed} of {len(verdict.cases)} cases passed, {verdict.duration_s:.1f} s, seed {verdict.seed}"
    )
    console.say(f"{verdict.status}: {figures}", VERDICT_COLOURS[verdict.status])
    if verdict.problem:
        console.explain(verdict.problem, "  ")
    elif case := verdict.first_failing:
        _show_case(console, case)
        _show_other(console, verdict, case)
    for gate in verdict.gates:
        if gate.status not in (GateStatus.PASSED, GateStatus.SKIPPED):
            _show_gate(console, gate)
    if verdict.mode is Mode.PRACTICE:
        console.tell(
            "Practice mode: this computer could not confine the submission fully; 'quizzer doctor' says what "
            "holds."
        )


def _first_lines(output: str) -> list[str]:
    """Return the beginning of what a file printed; a line that it repeats at once stands there once."""
    runs = [(line, len(list(group))) for line, group in groupby(output.strip("\n").split("\n"))]
    lines = [f"{line}  ({count} times)" if count > 1 and line else line for line, count in runs]
    left = len(lines) - OUTPUT_LINES
    return lines if left <= 0 else [*lines[:OUTPUT_LINES], f"... and {left} more line{'s' * (left > 1)}"]


def gate_line(gate: GateResult) -> str:
    """Return a gate with what was measured, its limit and par."""
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
    return f"{name}: {', '.join(figures)}" if figures else _with(name, gate.message)


def _case_word(case: CaseResult) -> tuple[str, str | None]:
    # A case that was not run any more is no error of its own.
    return ("- not run", None) if case.message.startswith(NOT_RUN) else CASE_WORDS[case.status]


def _show_case(console: Console, case: CaseResult) -> None:
    console.say()
    console.tell(case.title, label=f"{CASE_WORDS[case.status][0]}  ", colour="red")
    console.explain(case.message)
    _show_misconception(console, case)


def _show_other(console: Console, verdict: Verdict, first: CaseResult) -> None:
    """Print what another failing case shows where the first one is not recognised."""
    other = next((case for case in verdict.cases if case.misconception), None)
    if other is not None and not first.misconception:
        console.say()
        console.tell(f"Another case is recognised: {other.title}")
        _show_misconception(console, other)


def _show_gate(console: Console, gate: GateResult) -> None:
    word, colour = GATE_WORDS[gate.status]
    console.say()
    console.tell(gate_line(gate), label=f"{word}  ", colour=colour)
    if gate.message:
        console.explain(gate.message)
    _show_misconception(console, gate)


def _show_misconception(console: Console, result: CaseResult | GateResult) -> None:
    if result.misconception:
        console.say(f"  What it looks like: {clean_line(result.misconception).replace('-', ' ')}")
        for paragraph in result.explanation.split("\n\n"):
            console.tell(paragraph, "    ")


def _with(name: str, message: str) -> str:
    return f"{name}: {clean_line(message)}" if message else name


def _number(value: float) -> str:
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"


def _unit(unit: str) -> str:
    return f" {clean_line(unit)}" if unit else ""
