from __future__ import annotations

from pathlib import Path

import pytest

from quizzer.content.kata_names import list_slugs
from quizzer.content.locator import locate_content
from quizzer.grading.client import GraderClient
from quizzer.services.check import Target, grade_target

# The same inputs in every run; 'quizzer check --katas' draws others.
SEED = 1
ROOTS = locate_content(None, Path("/nonexistent"))


@pytest.mark.parametrize("slug", list_slugs(ROOTS))
def test_every_known_solution_gets_the_verdict_that_it_deserves(grader: GraderClient, slug: str) -> None:
    """Reference and honest solutions pass, starter, trivial ones and mistakes fail, each mistake named."""
    found = list(grade_target(Target((), ((ROOTS, slug),)), grader, SEED))
    assert len(found) > 20
    wrong = {checked.name: checked.problem for _, checked in found if checked.problem}
    assert wrong == {}
