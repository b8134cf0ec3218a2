"""Learning steps under FSRS: a card comes back within minutes, at its instant, and leaves with the night."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import pytest

from quizzer.cli.due import to_json, to_text
from quizzer.cli.plain import PlainReview
from quizzer.core.memory import FsrsMemory
from quizzer.core.queue import Cause, DayCount, Turn
from quizzer.core.rating import Rating
from quizzer.core.review import ReviewKind
from quizzer.core.scheduler_choice import SchedulerChoice, SchedulerName
from quizzer.services.doctor import differing_states
from quizzer.services.due import report_here
from quizzer.services.katas import find_kata
from quizzer.services.pulling import pull_notes
from quizzer.services.review import ReviewSession
from quizzer.services.set_apart import unsuspend
from quizzer.services.sitting import KataDesk
from quizzer.services.summary import summarise
from quizzer.services.workspace import Workspace
from quizzer.storage.queue import read_day_count
from tests.support import (
    OpenWorkspace,
    StandingClock,
    WriteDeck,
    WriteKata,
    answer,
    ask_all,
    read_card_states,
    read_log,
    set_scheduler,
)

FSRS = SchedulerChoice(SchedulerName.FSRS, has_fuzz=False)
SLOW = SchedulerChoice(SchedulerName.FSRS, learning_steps_s=(1800, 7200), has_fuzz=False)
LEARNING, SCHEDULED = ReviewKind.LEARNING, ReviewKind.SCHEDULED


@pytest.fixture
def learner(workspace: Workspace) -> Workspace:
    """A workspace of five new cards under FSRS."""
    set_scheduler(workspace, FSRS)
    return workspace


@pytest.fixture
def single(open_here: OpenWorkspace, write_deck: WriteDeck) -> OpenWorkspace:
    """Open a workspace whose one deck has the card a1 alone."""
    write_deck("attention", "a1")
    return open_here


def turn_of(session: ReviewSession) -> tuple[str, Turn] | None:
    """Return key and turn of the card that is asked."""
    question, _ = session.look()
    return None if question is None else (question.card.key, question.queued.turn)


def test_a_step_brings_the_card_back_when_it_is_over(learner: Workspace, clock: StandingClock) -> None:
    """Again waits one minute, Good ten; then the card comes before all others, and not a moment before."""
    session = ReviewSession(learner)
    question, _ = session.look()
    assert question is not None
    assert [grade.when for grade in question.grades][:3] == ["1 min", "6 min", "10 min"]
    answer(session, Rating.AGAIN)
    answer(session, Rating.GOOD)
    clock.advance(seconds=59)
    assert turn_of(session) == ("a3", Turn.NEW)
    clock.advance(seconds=1)
    assert turn_of(session) == ("a1", Turn.LEARNING)
    answer(session, Rating.AGAIN)
    assert turn_of(session) == ("a3", Turn.NEW)
    clock.advance(minutes=9)
    assert [turn_of(session), answer(session, Rating.GOOD).card.key] == [("a1", Turn.LEARNING), "a1"]
    assert turn_of(session) == ("a2", Turn.LEARNING)
    answer(session, Rating.GOOD)
    assert turn_of(session) == ("a3", Turn.NEW)
    assert read_card_states(learner)["a2"].due_at is None
    assert differing_states(learner) == {}


def test_only_the_first_rating_of_the_day_is_scheduled(learner: Workspace, clock: StandingClock) -> None:
    """What follows within steps is `learning`, of no day's interval until the card leaves them."""
    session = ReviewSession(learner, limit=1)
    answer(session, Rating.AGAIN)
    answer(session, Rating.GOOD)
    answer(session, Rating.GOOD)
    log = read_log(learner)
    assert [review.kind for review in log] == [SCHEDULED, LEARNING, LEARNING]
    assert [review.interval_days for review in log][:2] == [0, 0]
    assert log[2].interval_days >= 1
    memory = read_card_states(learner)["a1"].memory
    assert isinstance(memory, FsrsMemory)
    assert (memory.step, memory.interval_days) == (None, log[2].interval_days)


def test_a_step_need_not_be_waited_for_when_nothing_else_is_left(
    single: OpenWorkspace, clock: StandingClock
) -> None:
    """Within twenty minutes it comes at once; further away the session ends and says when it comes."""
    with single() as workspace:
        set_scheduler(workspace, SLOW)
        session = ReviewSession(workspace)
        answer(session, Rating.AGAIN)
        assert turn_of(session) is None
        assert "A learning step brings the next card at 09:30." in summarise(session).sentences()
        assert (report_here(workspace).total, to_text(report_here(workspace))) == (0, "Nothing is due today.")
        clock.advance(minutes=9, seconds=59)
        assert turn_of(session) is None
        clock.advance(seconds=1)
        assert turn_of(session) == ("a1", Turn.LEARNING)
        assert summarise(session).next_step == ""
        clock.advance(minutes=60)
        assert turn_of(session) == ("a1", Turn.LEARNING)


def test_over_night_a_step_becomes_a_due_card(
    open_here: OpenWorkspace, write_deck: WriteDeck, clock: StandingClock
) -> None:
    """The next study day it is due like any other, and takes a place of the limit."""
    write_deck("attention", "a1", "a2")
    with open_here(review_limit=1, new_limit=2) as workspace:
        set_scheduler(workspace, FSRS)
        session = ReviewSession(workspace)
        answer(session, Rating.AGAIN)
        answer(session, Rating.AGAIN)
        assert session.look()[1].learning == 2
        clock.advance(hours=18, minutes=59)  # the rollover is at four
        assert session.look()[1].learning == 2
        clock.advance(minutes=1)
        _, progress = session.look()
        assert (progress.learning, progress.due) == (0, 1)
        answer(session, Rating.GOOD)
        assert read_log(workspace)[-1].kind is SCHEDULED
        assert session.look()[1].due == 0
        assert turn_of(session) == ("a1", Turn.LEARNING)
        assert differing_states(workspace) == {}


def test_a_lapse_is_relearnt(single: OpenWorkspace, clock: StandingClock) -> None:
    """A failed card comes back after ten minutes; failing then is no second lapse."""
    with single() as workspace:
        set_scheduler(workspace, FSRS)
        session = ReviewSession(workspace)
        answer(session, Rating.EASY)
        clock.advance(days=30)
        assert turn_of(session) == ("a1", Turn.DUE)
        answer(session, Rating.AGAIN)
        state = read_card_states(workspace)["a1"]
        assert isinstance(state.memory, FsrsMemory)
        assert (state.lapses, state.due_at, state.memory.is_relearning) == (
            1,
            clock.now() + timedelta(minutes=10),
            True,
        )
        answer(session, Rating.AGAIN)
        assert read_card_states(workspace)["a1"].lapses == 1
        answer(session, Rating.GOOD)
        state = read_card_states(workspace)["a1"]
        assert (state.lapses, state.due_at) == (1, None)
        assert turn_of(session) is None


def test_steps_are_counted_by_all_who_count(learner: Workspace, clock: StandingClock) -> None:
    """`due`, its decks and the session agree on the steps that end within twenty minutes."""
    session = ReviewSession(learner)
    answer(session, Rating.AGAIN)
    report, (_, progress) = report_here(learner), session.look()
    assert (report.learning, report.decks[0].learning, progress.learning) == (1, 1, 1)
    assert report.total == progress.left == 5
    assert to_text(report).split()[:2] == ["learning", "due"]
    assert '"learning": 1' in to_json(report)
    sink = StringIO()
    PlainReview(session, StringIO(), sink).run()
    assert "[1 learning, 0 due, 4 new, 0 drill] attention: a2 (new)" in sink.getvalue()
    with learner.database.peeking() as run:
        assert read_day_count(run, learner.study_day()) == DayCount(reviews=0, new=1)


def test_a_session_limit_does_not_count_steps(learner: Workspace) -> None:
    """`--limit 2` asks two cards as often as their steps want."""
    session = ReviewSession(learner, limit=2)
    assert ask_all(session) == [
        ("a1", Turn.NEW),
        ("a2", Turn.NEW),
        ("a1", Turn.LEARNING),
        ("a2", Turn.LEARNING),
    ]


def test_a_learning_card_can_be_set_aside(learner: Workspace, clock: StandingClock) -> None:
    """Buried it is due tomorrow; suspended it waits, and comes back within its step or with the day."""
    session = ReviewSession(learner, limit=2)
    answer(session, Rating.AGAIN)
    answer(session, Rating.AGAIN)
    question, _ = session.look()
    assert question is not None
    assert session.bury(question)
    question, _ = session.look()
    assert question is not None
    assert session.suspend(question)
    assert session.look()[1].learning == report_here(learner).learning == 0
    unsuspend(learner, ["a2"])
    assert turn_of(session) == ("a2", Turn.LEARNING)
    clock.advance(days=1)
    assert ReviewSession(learner).look()[1].due == 2


def test_two_sessions_share_the_steps(learner: Workspace, clock: StandingClock) -> None:
    """A step that one session answered is over for the other, whose question is refused."""
    mine, other = ReviewSession(learner), ReviewSession(learner)
    answer(mine, Rating.AGAIN)
    clock.advance(minutes=1)
    question, _ = other.look()
    assert question is not None
    assert question.queued.turn is Turn.LEARNING
    answer(mine, Rating.EASY)
    assert not other.answer(question, question.grades[0], 10)
    assert turn_of(other) == ("a2", Turn.NEW)


def test_a_card_whose_step_ends_meanwhile_does_not_take_the_turn(
    learner: Workspace, clock: StandingClock
) -> None:
    """The card that the learner looks at is accepted, though another has come before it by now."""
    session = ReviewSession(learner)
    answer(session, Rating.AGAIN)
    question, _ = session.look()
    assert question is not None
    clock.advance(minutes=2)
    assert turn_of(session) == ("a1", Turn.LEARNING)
    assert session.answer(question, question.grades[3], 10)


def test_undo_brings_the_step_back(learner: Workspace, clock: StandingClock) -> None:
    """Undoing an answer within steps restores the step with the instant at which it ends."""
    session = ReviewSession(learner, limit=1)
    answer(session, Rating.AGAIN)
    before = read_card_states(learner)
    clock.advance(seconds=30)
    answer(session, Rating.GOOD)
    answer(session, Rating.GOOD)
    session.undo()
    session.undo()
    assert read_card_states(learner) == before
    assert turn_of(session) == ("a1", Turn.LEARNING)


def test_a_pulled_learning_card_stays_on_its_step(learner: Workspace) -> None:
    """A pull brings it at once, as `learning`, and takes no second place of the day's limit."""
    session = ReviewSession(learner)
    answer(session, Rating.AGAIN)
    with learner.database.writing() as connection:
        pull_notes(learner, connection, learner.now(), {"a1": Cause("scan", "carry-forgotten")})
    with learner.database.peeking() as run:
        assert read_day_count(run, learner.study_day()) == DayCount(reviews=0, new=1)
    question, progress = session.look()
    assert question is not None
    assert (question.queued.turn, question.queued.kind) == (Turn.PULLED, LEARNING)
    assert (progress.pulled, progress.learning) == (1, 0)
    assert question.reason == "Pulled by the kata scan (carry forgotten)."
    answer(session, Rating.GOOD)
    assert read_log(learner)[-1].kind is LEARNING
    assert turn_of(session) == ("a2", Turn.NEW)
    assert session.look()[1].learning == 1
    assert differing_states(learner) == {}


def test_a_pull_ahead_under_fsrs_promises_no_standstill(learner: Workspace, clock: StandingClock) -> None:
    """FSRS takes a pass ahead, so the reason does not say that only Again counts."""
    answer(ReviewSession(learner), Rating.EASY)
    clock.advance(days=1)
    with learner.database.writing() as connection:
        pull_notes(learner, connection, learner.now(), {"a1": Cause("scan", "carry-forgotten")})
    question, _ = ReviewSession(learner).look()
    assert question is not None
    assert question.reason == "Pulled by the kata scan (carry forgotten), ahead of its day."


@pytest.mark.parametrize("rating", [Rating.AGAIN, Rating.GOOD])
def test_a_kata_has_no_learning_steps(
    learner: Workspace, write_kata: WriteKata, clock: StandingClock, rating: Rating
) -> None:
    """Nobody writes a kata again within minutes: it comes back on another day."""
    write_kata()
    desk = KataDesk(learner, find_kata(learner.content.roots, "double-it"))
    desk.start()
    question = desk.question()
    assert [grade.wait_s for grade in question.grades] == [None] * 4
    finished = desk.give_up()
    assert finished.in_days >= 1
    state = read_card_states(learner)["kata/double-it"]
    assert (state.due_on, state.due_at) == (finished.due_on, None)
    assert differing_states(learner) == {}


def test_siblings_wait_while_one_is_learnt(
    open_here: OpenWorkspace, write_deck: WriteDeck, note: Callable[[str, str], str], clock: StandingClock
) -> None:
    """A note's other card comes neither between the steps nor after them."""
    write_deck("attention", notes=note("x", "cloze: '{{c1::a}} {{c2::b}}'"))
    with open_here() as workspace:
        set_scheduler(workspace, FSRS)
        assert ask_all(ReviewSession(workspace)) == [("x/c1", Turn.NEW), ("x/c1", Turn.LEARNING)]
        clock.advance(days=1)
        assert ask_all(ReviewSession(workspace))[0] == ("x/c2", Turn.NEW)


def test_travel_west_asks_a_learning_card_once(
    open_here: OpenWorkspace, write_deck: WriteDeck, clock: StandingClock
) -> None:
    """Back on the day before, a card on a step is not asked a second time as one that is ahead."""
    write_deck("attention", "a1")
    with open_here(zone="Asia/Tokyo") as workspace:
        clock.advance(hours=12)
        set_scheduler(workspace, FSRS)
        answer(ReviewSession(workspace), Rating.AGAIN)
    with open_here(zone="America/Los_Angeles") as workspace:
        session = ReviewSession(workspace, ahead_days=9)
        assert session.look()[1].left == 1
        assert turn_of(session) == ("a1", Turn.LEARNING)


def test_back_under_sm2_there_are_no_steps(learner: Workspace, clock: StandingClock) -> None:
    """What stood on a step has an interval of SM-2; ratings within steps only ended its drill."""
    session = ReviewSession(learner, limit=2)
    answer(session, Rating.AGAIN)
    answer(session, Rating.GOOD)
    answer(session, Rating.EASY)
    set_scheduler(learner, SchedulerChoice())
    states = read_card_states(learner)
    assert [states[key].due_at for key in ("a1", "a2")] == [None, None]
    assert {states[key].reviews for key in ("a1", "a2")} == {1}
    assert report_here(learner).learning == 0
    assert report_here(learner).drill == 0
    clock.advance(days=1)
    assert report_here(learner).due == 2
    assert differing_states(learner) == {}
