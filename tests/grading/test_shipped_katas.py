from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from quizzer.content.kata_names import list_slugs
from quizzer.content.locator import locate_content
from quizzer.core.verdict import CaseStatus, GateStatus
from quizzer.grading.client import GraderClient
from quizzer.services.check import Target, grade_target
from quizzer.services.grading import run_grader
from tests.grading.shipped import load_kata

# The same inputs in every run; 'quizzer check --katas' draws others.
SEED = 1
ROOTS = locate_content(None, Path("/nonexistent"))
COSTLY = sorted(Path("tests/grading/costly").resolve().glob("*/*.py"))


@pytest.mark.parametrize("slug", list_slugs(ROOTS))
def test_every_known_solution_gets_the_verdict_that_it_deserves(grader: GraderClient, slug: str) -> None:
    """Reference and honest solutions pass, starter, trivial ones and mistakes fail, each mistake named."""
    found = list(grade_target(Target((), ((ROOTS, slug),)), grader, SEED))
    assert len(found) > 20
    wrong = {checked.name: checked.problem for _, checked in found if checked.problem}
    assert wrong == {}


@pytest.mark.parametrize("path", COSTLY, ids=[f"{path.parent.name}-{path.stem}" for path in COSTLY])
def test_what_is_right_and_costs_too_much_fails_by_the_gate_that_it_says(
    grader: GraderClient, path: Path
) -> None:
    """Every case passes, and the gate that the program's first line names does not."""
    source = path.read_text(encoding="utf-8")
    kata = load_kata(path.parent.name)
    (gate,) = (gate for gate in kata.gates if f": {gate.kind} fails" in source.splitlines()[0])
    verdict = run_grader(grader, replace(kata, gates=(gate,)), source, SEED)
    assert {case.status for case in verdict.cases} == {CaseStatus.PASSED}
    assert [result.status for result in verdict.gates] == [GateStatus.FAILED]
    assert verdict.misconceptions == (gate.misconception,)
