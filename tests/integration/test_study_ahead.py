"""Studying ahead: after the day's cards, those of the next days."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from quizzer.core.queue import Turn
from quizzer.core.rating import Rating
from quizzer.core.review import ReviewKind
from quizzer.core.scheduler_choice import SchedulerChoice, SchedulerName
from quizzer.services.doctor import differing_states
from quizzer.services.due import report_here
from quizzer.services.review import ReviewSession
from quizzer.services.selection import Selection
from quizzer.services.workspace import Workspace
from tests.support import (
    OpenWorkspace,
    StandingClock,
    WriteDeck,
    answer,
    ask_all,
    read_card_states,
    read_log,
    set_scheduler,
)

FSRS = SchedulerChoice(SchedulerName.FSRS, relearning_steps_s=(), has_fuzz=False)


@pytest.fixture
def known(open_here: OpenWorkspace, write_deck: WriteDeck, clock: StandingClock) -> Iterator[Workspace]:
    """A workspace whose day is done: a1 comes back in 5 days; a2 and a3 were asked today."""
    write_deck("attention", *(f"a{number}" for number in range(1, 6)))
    with open_here(new_limit=1) as workspace:
        for _ in range(3):
            clock.advance(days=1)
            ask_all(ReviewSession(workspace))
        yield workspace


def test_what_comes_next_comes_soonest_first(known: Workspace, clock: StandingClock) -> None:
    """Nothing comes unasked; then so many days as were asked for, after today's cards."""
    assert ReviewSession(known).look()[0] is None
    clock.advance(days=1)
    for days, ahead in ((3, 0), (4, 1), (5, 2), (3650, 2)):
        _, progress = ReviewSession(known, ahead_days=days).look()
        assert (progress.due, progress.new, progress.ahead) == (1, 1, ahead)
    session = ReviewSession(known, ahead_days=5)
    assert ask_all(session) == [
        ("a3", Turn.DUE),
        ("a4", Turn.NEW),
        ("a1", Turn.AHEAD),
        ("a2", Turn.AHEAD),
    ]


def test_sm2_leaves_a_pass_alone(known: Workspace, clock: StandingClock) -> None:
    """A pass ahead is logged, and neither interval nor day move; the card says so and is not asked again."""
    before = read_card_states(known)["a1"]
    session = ReviewSession(known, ahead_days=5)
    question, _ = session.look()
    assert question is not None
    assert question.reason == "Ahead of its day: only Again changes its schedule."
    assert [grade.when for grade in question.grades] == ["1 d", "5 d", "5 d", "5 d"]
    answer(session, Rating.EASY)
    assert read_card_states(known)["a1"] == before
    review = read_log(known)[-1]
    assert (review.kind, review.interval_days) == (ReviewKind.AHEAD, 6)
    assert ReviewSession(known, ahead_days=5).look()[1].left == 0
    clock.advance(days=5)
    assert ("a1", Turn.DUE) in ask_all(ReviewSession(known))


def test_sm2_takes_a_failure_as_a_lapse(known: Workspace, clock: StandingClock) -> None:
    """Again ahead of the day is a lapse: drilled today, back tomorrow."""
    session = ReviewSession(known, ahead_days=5)
    assert answer(session, Rating.AGAIN).card.key == "a1"
    state = read_card_states(known)["a1"]
    assert (state.lapses, state.due_on) == (1, clock.now().date() + timedelta(days=1))
    assert ask_all(session) == [("a1", Turn.DRILL)]
    assert differing_states(known) == {}


def test_a_hard_pass_ahead_is_drilled(known: Workspace) -> None:
    """Hard wants a drill as it does on any day; the schedule stays."""
    session = ReviewSession(known, ahead_days=5)
    before = read_card_states(known)["a1"]
    answer(session, Rating.HARD)
    assert ask_all(session) == [("a1", Turn.DRILL)]
    assert read_card_states(known)["a1"] == before


@pytest.mark.parametrize("rating", Rating)
def test_fsrs_takes_every_rating(known: Workspace, clock: StandingClock, rating: Rating) -> None:
    """Under FSRS an answer ahead moves the card from the day it was given; only Again is a lapse."""
    set_scheduler(known, FSRS)
    before = read_card_states(known)
    session = ReviewSession(known, ahead_days=99)
    question, _ = session.look()
    assert question is not None
    assert (question.queued.turn, question.reason) == (Turn.AHEAD, "")
    key = question.card.key
    answer(session, rating)
    after = read_card_states(known)[key]
    assert after.memory != before[key].memory
    assert (after.lapses, after.reviewed_on) == (int(rating is Rating.AGAIN), clock.now().date())
    (grade,) = (grade for grade in question.grades if grade.rating is rating)
    review = read_log(known)[-1]
    assert (review.kind, review.interval_days) == (ReviewKind.AHEAD, grade.interval_days)
    assert after.memory is not None
    assert after.memory.interval_days == grade.interval_days
    assert key not in [other for other, _ in ask_all(ReviewSession(known, ahead_days=999))]
    assert differing_states(known) == {}


def test_siblings_do_not_follow_each_other(
    open_here: OpenWorkspace, write_deck: WriteDeck, note: Callable[[str, str], str], clock: StandingClock
) -> None:
    """Of a note one card comes a day, ahead too; tomorrow the next may come."""
    write_deck("attention", notes=note("x", "cloze: '{{c1::a}} {{c2::b}}'"))
    with open_here() as workspace:
        assert ask_all(ReviewSession(workspace, ahead_days=9)) == [("x/c1", Turn.NEW)]
        clock.advance(days=1)
        assert ask_all(ReviewSession(workspace, ahead_days=9)) == [("x/c1", Turn.DUE)]
        clock.advance(days=1)
        assert ask_all(ReviewSession(workspace, ahead_days=9)) == [("x/c2", Turn.NEW)]
        clock.advance(days=1)
        assert ask_all(ReviewSession(workspace, ahead_days=9)) == [("x/c2", Turn.DUE)]
        clock.advance(days=1)
        ahead = ReviewSession(workspace, ahead_days=9)
        assert ahead.look()[1].ahead == 1
        assert ask_all(ahead) == [("x/c1", Turn.AHEAD)]


def test_what_the_limit_left_over_comes_before_tomorrow(
    open_here: OpenWorkspace, write_deck: WriteDeck, clock: StandingClock
) -> None:
    """Due cards over the day's limit are the soonest of all, and are reviewed as what they are: due."""
    write_deck("attention", "a1", "a2", "a3", "a4")
    with open_here(new_limit=3) as workspace:
        ask_all(ReviewSession(workspace))
    with open_here(new_limit=1, review_limit=1) as workspace:
        for _ in range(2):
            clock.advance(days=1)
            ask_all(ReviewSession(workspace))
        assert report_here(workspace).total == 0
        session = ReviewSession(workspace, ahead_days=9)
        question, progress = session.look()
        assert question is not None
        assert (progress.ahead, question.queued.kind, question.reason) == (3, ReviewKind.SCHEDULED, "")
        assert [key for key, _ in ask_all(session)] == ["a3", "a4", "a1"]
        kinds = [review.kind for review in read_log(workspace)]
        assert kinds[-3:] == [ReviewKind.SCHEDULED, ReviewKind.SCHEDULED, ReviewKind.AHEAD]
        assert report_here(workspace).total == 0


def test_ahead_keeps_to_the_selection_and_its_limit(
    open_here: OpenWorkspace, write_deck: WriteDeck, clock: StandingClock
) -> None:
    """Cards ahead count against the session's limit, and those of other decks do not come."""
    write_deck("attention", "a1", "a2")
    write_deck("inference", "b1", "b2")
    with open_here() as workspace:
        ask_all(ReviewSession(workspace))
        clock.advance(days=1)
        ask_all(ReviewSession(workspace))
        clock.advance(days=1)
        chosen = Selection(decks=("inference",))
        session = ReviewSession(workspace, chosen, limit=1, ahead_days=9)
        assert [key for key, _ in ask_all(session)] == ["b1"]
        assert session.undo() is not None
        session.suspend(session.look()[0] or pytest.fail("nothing is asked"))
        assert [key for key, _ in ask_all(session)] == ["b2"]


def test_a_buried_note_is_not_asked_ahead(workspace: Workspace, clock: StandingClock) -> None:
    """What is buried today comes neither today nor ahead."""
    session = ReviewSession(workspace, limit=1)
    ask_all(session)
    clock.advance(days=1)
    ask_all(ReviewSession(workspace, limit=1))
    clock.advance(days=1)
    ahead = ReviewSession(workspace, limit=9, ahead_days=9)
    while (question := ahead.look()[0]) is not None and question.card.key != "a1":
        ahead.bury(question)
    assert question is not None
    ahead.bury(question)
    assert ahead.look()[1].left == 0
