"""The whole loop with the real grader: a failed case, its misconception, its cards, the kata's review."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from quizzer.core.queue import Turn
from quizzer.core.rating import Rating
from quizzer.core.settings import Settings
from quizzer.core.verdict import Status
from quizzer.grading.client import GraderClient
from quizzer.services.doctor import differing_states
from quizzer.services.due import report_here
from quizzer.services.katas import find_kata
from quizzer.services.places import Places
from quizzer.services.review import ReviewSession
from quizzer.services.sitting import KataDesk
from quizzer.services.workspace import Workspace, open_workspace
from tests.support import StandingClock, answer

SLUG = "flash-attention"


@pytest.fixture
def desk(tmp_path: Path, clock: StandingClock) -> Iterator[KataDesk]:
    """The shipped kata on the desk of a learner who has done nothing yet."""
    places = Places(
        settings=Settings(new_limit=0, kata_limit=99, zone="UTC"),
        settings_file=tmp_path / "settings.toml",
        database=tmp_path / "quizzer.db",
        backups=tmp_path / "backups",
        cache=tmp_path / "cache",
        workspace=tmp_path / "workspace",
    )
    with open_workspace(places, clock) as workspace:
        yield KataDesk(workspace, find_kata(workspace.content.roots, SLUG))


def due_katas(workspace: Workspace) -> list[str]:
    """Return the commands of today's katas."""
    return [turn.command for turn in report_here(workspace).katas]


def test_from_a_failed_case_to_the_card_that_explains_it_and_to_the_pass(
    desk: KataDesk, grader: GraderClient, clock: StandingClock
) -> None:
    """A wrong file fails, its misconception's cards come up next, and the right file ends in one review."""
    workspace = desk.workspace
    assert "quizzer kata flash-attention" in due_katas(workspace)
    session = ReviewSession(workspace)
    assert session.look()[0] is None

    started = desk.start()
    clock.advance(minutes=10)
    mistake = Path(desk.kata.folder, "mistakes", "sum_not_rescaled.py").read_text(encoding="utf-8")
    started.path.write_text(mistake, encoding="utf-8")
    failed = desk.grade(grader, desk.read(), 1, lambda _: None)
    assert failed.verdict.status is Status.FAILED
    assert failed.verdict.misconceptions == ("sum-not-rescaled",)
    assert failed.pulled == len(failed.verdict.notes) > 0

    asked = []
    while (look := session.look())[0] is not None:
        question = look[0]
        assert question is not None
        asked.append((question.card.note.id, question.queued.turn))
        answer(session, Rating.GOOD)
    assert asked == [(note, Turn.PULLED) for note in failed.verdict.notes]

    clock.advance(minutes=15)
    started.path.write_text(Path(desk.kata.reference).read_text(encoding="utf-8"), encoding="utf-8")
    passed = desk.grade(grader, desk.read(), 2, lambda _: None)
    assert passed.verdict.status is Status.PASSED, passed.verdict
    suggestion, question = desk.suggestion(), desk.question()
    assert (suggestion.rating, suggestion.reason) == (
        Rating.GOOD,
        "Passed in 25 minutes, par is 30 (1 failed before).",
    )
    finished = desk.rate(question.suggested(suggestion.rating), question)
    assert finished.in_days == 1
    assert "quizzer kata flash-attention" not in due_katas(workspace)
    clock.advance(days=1)
    assert "quizzer kata flash-attention" in due_katas(workspace)
    assert differing_states(workspace) == {}
