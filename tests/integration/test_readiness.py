"""Readiness from real decks, syllabus, katas and log."""

from __future__ import annotations

from pathlib import Path

import pytest

from quizzer.core.queue import Turn
from quizzer.core.rating import Rating
from quizzer.core.readiness import AreaReadiness
from quizzer.core.scheduler_choice import SchedulerChoice, SchedulerName
from quizzer.core.verdict import Status
from quizzer.errors import UsageError
from quizzer.fsrs.formulas import Formulas
from quizzer.services.readiness import find_readiness, read_readiness
from quizzer.services.review import ReviewSession
from quizzer.services.selection import Selection
from quizzer.services.weak_session import open_weak_session
from quizzer.services.workspace import Workspace
from quizzer.storage.kata_cards import make_kata_card
from quizzer.storage.sittings import add_attempt, mark_revealed, open_sitting
from tests.support import (
    OpenWorkspace,
    StandingClock,
    WriteDeck,
    WriteKata,
    answer,
    ask_all,
    make_verdict,
    set_scheduler,
)

SYLLABUS = """\
areas:
  - id: late
    title: Late
    requires: []
    topics:
      - {id: a3-topic, title: Third, level: mid}
  - id: early
    title: Early
    requires: []
    reading: [{title: A book}]
    topics:
      - {id: a1-topic, title: First, level: mid}
      - {id: a2-topic, title: Second, level: mid}
      - {id: bare, title: Bare, level: mid}
merged: {a5-topic: a1-topic}
"""


@pytest.fixture(autouse=True)
def syllabus(shipped: Path) -> None:
    """Put the notes a1, a2 and a5 into one area and a3 into another; a4 is in none."""
    (shipped / "decks" / "_syllabus.yaml").write_text(SYLLABUS, encoding="utf-8")


def area(workspace: Workspace, name: str = "early") -> AreaReadiness:
    """Return the readiness in one area."""
    return find_readiness(workspace, read_readiness(workspace), name)


def test_under_sm2_the_chance_falls_by_a_tenth_an_interval(
    workspace: Workspace, clock: StandingClock
) -> None:
    """0.9^(t / I) for what was seen, 0 for what was not; a merged topic counts as the one it went into."""
    answer(ReviewSession(workspace, Selection(topics=("a1-topic",))), Rating.GOOD)  # a1: one day
    found = area(workspace)
    assert (found.covered, found.learnt, len(found.cards)) == (2, 1, 3)
    assert found.retrievable == pytest.approx(1 / 3)
    clock.advance(days=3)
    assert area(workspace).retrievable == pytest.approx(0.9**3 / 3)
    assert area(workspace, "late").retrievable == 0


def test_under_fsrs_the_chance_follows_the_forgetting_curve(
    workspace: Workspace, clock: StandingClock
) -> None:
    """The retrievability of the scheduler in force, with its own parameters."""
    set_scheduler(workspace, SchedulerChoice(SchedulerName.FSRS, has_fuzz=False))
    answer(ReviewSession(workspace, Selection(topics=("a2-topic",))), Rating.EASY)
    clock.advance(days=20)
    formulas = Formulas()
    expected = formulas.retrievability(formulas.first_stability(Rating.EASY), 20)
    assert area(workspace).retrievable == pytest.approx(expected / 3)


def test_a_suspended_card_is_forgotten_like_any_other(workspace: Workspace, clock: StandingClock) -> None:
    """What is not asked any more still counts for what one knows."""
    ask_all(ReviewSession(workspace))
    clock.advance(days=1)
    session = ReviewSession(workspace, Selection(topics=("a2-topic",)))
    question, _ = session.look()
    assert question is not None
    session.suspend(question)
    assert area(workspace).retrievable == pytest.approx(0.9)


def test_a_kata_counts_when_it_passed_without_the_reference(
    workspace: Workspace, write_kata: WriteKata
) -> None:
    """A pass counts in the areas of the kata's topics; a failure, and a pass after a look, do not."""
    write_kata()
    write_kata("other")
    assert (area(workspace).katas, area(workspace).katas_passed) == (2, 0)
    moment = workspace.moment()
    for slug, status, is_revealed in (
        ("double-it", Status.FAILED, False),
        ("other", Status.PASSED, True),
        ("double-it", Status.PASSED, False),
    ):
        with workspace.database.writing() as connection:
            card_id = make_kata_card(connection, slug)
            sitting = open_sitting(connection, card_id, moment.now, "UTC", moment.today)
            add_attempt(connection, sitting, "", make_verdict(status), moment.now)
            if is_revealed:
                mark_revealed(connection, sitting, moment.now)
            connection.exec_driver_sql("UPDATE sittings SET ended_at = 0")
        is_last = status is Status.PASSED and not is_revealed
        assert area(workspace).katas_passed == int(is_last)
    assert area(workspace, "late").katas == 0


def test_the_weakest_topics_say_why(workspace: Workspace, clock: StandingClock) -> None:
    """Last answers and lapses from the log; a drill does not mend an Again."""
    ask_all(ReviewSession(workspace))
    clock.advance(days=1)
    session = ReviewSession(workspace, Selection(topics=("a2-topic",)))
    answer(session, Rating.AGAIN)
    answer(session, Rating.GOOD)  # the drill
    (weakest,) = read_readiness(workspace).weakest()
    assert weakest.topic.id == "a2-topic"
    assert weakest.why == "100 % recalled now, 1 of 1 Again or Hard when last asked, 1 lapse"


def test_without_a_syllabus_there_is_no_area(
    open_here: OpenWorkspace, write_deck: WriteDeck, shipped: Path
) -> None:
    """An empty answer, no failure."""
    write_deck("attention", "a1")
    (shipped / "decks" / "_syllabus.yaml").unlink()
    with open_here() as workspace:
        assert read_readiness(workspace).areas == ()


def test_a_session_can_be_about_topics(workspace: Workspace) -> None:
    """Only cards of these topics are asked, in a merged one those of its old name, too."""
    asked = [key for key, _ in ask_all(ReviewSession(workspace, Selection(topics=("a1-topic", "a3-topic"))))]
    assert sorted(asked) == ["a1", "a3", "a5"]


def test_an_unknown_topic_names_the_nearest(workspace: Workspace) -> None:
    """A slip of the pen gets the topic that was meant; one without cards says so."""
    with pytest.raises(UsageError, match=r"no topic 'a1-topc'; did you mean 'a1-topic'\?"):
        ReviewSession(workspace, Selection(topics=("a1-topc",)))
    with pytest.raises(UsageError, match=r"no topic 'zzz'; 'quizzer syllabus AREA' lists"):
        ReviewSession(workspace, Selection(topics=("zzz",)))
    with pytest.raises(UsageError, match="no card fits bare"):
        ReviewSession(workspace, Selection(topics=("bare",)))


def test_the_session_on_weak_topics_crams_what_is_not_due(workspace: Workspace, clock: StandingClock) -> None:
    """What today brings of them is asked in turn; where that is nothing, all their cards are crammed."""
    assert [turn for _, turn in ask_all(open_weak_session(workspace, ["a2-topic"]))] == [Turn.NEW]
    session = open_weak_session(workspace, ["a2-topic"])
    assert session.is_cram
    assert ask_all(session) == [("a2", Turn.CRAM)]
    clock.advance(days=1)
    assert [turn for _, turn in ask_all(open_weak_session(workspace, ["a2-topic"]))] == [Turn.DUE]
