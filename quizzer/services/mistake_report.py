"""How well the suites tell right from wrong: which mistakes are caught, which are named, and by what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from quizzer.core.verdict import CaseStatus, GateStatus, Status, Verdict
from quizzer.services.check import Checked, SolutionKind

_HEAD = ("| kata | mistakes | caught | named | honest programs passed |", "|---|---|---|---|---|")
_HEAD_OF_KATA = ("| mistake | named by | fails |", "|---|---|---|")


@dataclass(frozen=True, slots=True)
class CaughtMistake:
    """A mistake as its kata judged it: `named_by` is the case or gate, "" for none; `failing` counts both."""

    name: str
    is_caught: bool
    named_by: str
    failing: int


def report_mistakes(found: Iterable[tuple[str, Checked]]) -> Iterator[str]:
    """Yield the lines of a Markdown report on graded solutions, given as (slug, what was found)."""
    by_kata: dict[str, list[Checked]] = {}
    for slug, checked in found:
        by_kata.setdefault(slug, []).append(checked)
    mistakes = {slug: [*map(_caught, _of(checks, SolutionKind.MISTAKE))] for slug, checks in by_kata.items()}
    yield from _HEAD
    for slug, checks in by_kata.items():
        honest = _of(checks, SolutionKind.HONEST)
        passed = sum(not check.problem for check in honest)
        yield _row(slug, mistakes[slug], f"{passed} of {len(honest)}")
    if len(by_kata) > 1:
        yield _row("all", [each for of_kata in mistakes.values() for each in of_kata], "")
    for slug, of_kata in mistakes.items():
        yield from ("", f"## {slug}", "", *_HEAD_OF_KATA)
        for mistake in of_kata:
            named_by = mistake.named_by or ("not named" if mistake.is_caught else "**not caught**")
            yield f"| {mistake.name} | {named_by} | {mistake.failing} |"


def _of(checks: Iterable[Checked], kind: SolutionKind) -> list[Checked]:
    return [check for check in checks if check.kind is kind]


def _caught(checked: Checked) -> CaughtMistake:
    name, verdict = checked.subject, checked.verdict
    if verdict is None:
        return CaughtMistake(name, False, "", 0)
    named_by = next((result.name for result in verdict.results if result.misconception == name), "")
    return CaughtMistake(name, verdict.status is Status.FAILED, named_by, _count_failing(verdict))


def _count_failing(verdict: Verdict) -> int:
    cases = sum(case.status is not CaseStatus.PASSED for case in verdict.cases)
    gates = sum(gate.status in (GateStatus.FAILED, GateStatus.TIMED_OUT) for gate in verdict.gates)
    return cases + gates


def _row(label: str, mistakes: list[CaughtMistake], honest: str) -> str:
    caught = _share([mistake.is_caught for mistake in mistakes])
    named = _share([bool(mistake.named_by) for mistake in mistakes])
    return f"| {label} | {len(mistakes)} | {caught} | {named} | {honest} |"


def _share(held: list[bool]) -> str:
    return f"{sum(held)} ({100 * sum(held) / len(held):.0f} %)" if held else "0"
