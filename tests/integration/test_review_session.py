from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from quizzer.core.queue import DAY_TURNS, Turn
from quizzer.core.rating import Rating
from quizzer.core.review import Review, ReviewKind
from quizzer.core.settings import Grades
from quizzer.errors import BusyError, ClockError, ContentError, UsageError
from quizzer.services.doctor import differing_states
from quizzer.services.due import count_due
from quizzer.services.review import ReviewSession
from quizzer.services.selection import Selection
from quizzer.services.set_apart import list_set_apart, unsuspend
from quizzer.services.summary import summarise
from quizzer.services.workspace import Workspace
from quizzer.storage.log_reads import read_all_entries
from quizzer.storage.states import read_states
from tests.support import OpenWorkspace, StandingClock, WriteDeck, answer


def keys_left(session: ReviewSession) -> list[str]:
    """Answer GOOD until nothing is left, and return the keys that were asked."""
    keys = []
    while (question := session.look()[0]) is not None:
        keys.append(question.card.key)
        answer(session, Rating.GOOD)
    return keys


def log_of(workspace: Workspace) -> list[Review]:
    """Return the live reviews in log order."""
    with workspace.database.reading() as connection:
        entries = [entry for _, group in read_all_entries(connection.exec_driver_sql) for entry in group]
    return sorted((e for e in entries if isinstance(e, Review)), key=lambda e: e.sequence)


def test_an_answer_is_logged_with_all_that_is_known(workspace: Workspace, clock: StandingClock) -> None:
    """A review stores who, when, where, how long, by which scheduler, and the interval chosen."""
    answer(ReviewSession(workspace), Rating.EASY)
    (review,) = log_of(workspace)
    assert (review.number, review.sequence, review.kind) == (1, 1, ReviewKind.SCHEDULED)
    assert (review.rating, review.quality, review.interval_days) == (Rating.EASY, None, 1)
    assert (review.reviewed_at, review.zone, review.study_day) == (clock.now(), "UTC", date(2026, 3, 2))
    assert (review.duration_ms, review.scheduler, review.origin) == (1500, "sm2", "quizzer")


def test_tomorrow_the_right_cards_are_due(workspace: Workspace, clock: StandingClock) -> None:
    """Two answered cards come back the next study day, before the new ones, and then after six days."""
    session = ReviewSession(workspace)
    asked = [answer(session, Rating.GOOD).card.key for _ in range(2)]
    clock.advance(hours=18, minutes=59)
    assert session.look()[1].due == 0
    clock.advance(minutes=1)
    assert session.look()[1].due == 2
    assert [answer(session, Rating.GOOD).card.key for _ in range(2)] == asked
    with workspace.database.reading() as connection:
        due = {state.due_on for _, state in read_states(connection) if not state.is_new}
    assert due == {date(2026, 3, 3) + timedelta(days=6)}


def test_limits_hold_over_sessions_and_come_back_with_the_day(
    open_here: OpenWorkspace, write_deck: WriteDeck, clock: StandingClock
) -> None:
    """A day brings its limit of new cards, however often a session is started."""
    write_deck("attention", *(f"a{i}" for i in range(9)))
    with open_here(new_limit=3) as workspace:
        answer(ReviewSession(workspace), Rating.GOOD)
        assert len(keys_left(ReviewSession(workspace))) == 2
        assert keys_left(ReviewSession(workspace)) == []
    clock.advance(days=1)
    with open_here(new_limit=3, review_limit=2) as workspace:
        _, progress = ReviewSession(workspace).look()
        assert (progress.due, progress.new) == (2, 3)


def test_siblings_wait_for_another_day(
    open_here: OpenWorkspace, write_deck: WriteDeck, note: Callable[[str, str], str], clock: StandingClock
) -> None:
    """Of a note with two cards one comes a day, be it new or due."""
    write_deck("attention", notes=note("x", "cloze: '{{c1::a}} and {{c2::b}}'"))
    with open_here() as workspace:
        session = ReviewSession(workspace)
        assert keys_left(session) == ["x/c1"]
        clock.advance(days=1)
        assert keys_left(session) == ["x/c1"]
        clock.advance(days=1)
        assert keys_left(session) == ["x/c2"]


def test_failed_cards_are_drilled_until_they_are_known(workspace: Workspace) -> None:
    """The drill comes last, in the order of the answers, and moves no schedule."""
    session = ReviewSession(workspace)
    for rating in (Rating.AGAIN, Rating.HARD, Rating.GOOD, Rating.GOOD, Rating.GOOD):
        answer(session, rating)
    question, progress = session.look()
    assert question is not None
    assert (question.queued.turn, question.card.key, progress.drill) == (Turn.DRILL, "a1", 2)
    assert {grade.interval_days for grade in question.grades} == {None}
    drilled = [answer(session, rating).card.key for rating in (Rating.HARD, Rating.GOOD, Rating.EASY)]
    assert drilled == ["a1", "a2", "a1"]
    assert session.look()[0] is None
    assert {review.interval_days for review in log_of(workspace)} == {1}
    with workspace.database.reading() as connection:
        assert {state.reviews for _, state in read_states(connection)} == {1}


def test_a_drill_does_not_reach_into_the_next_day(workspace: Workspace, clock: StandingClock) -> None:
    """A card that was not drilled is simply due the next day."""
    session = ReviewSession(workspace)
    answer(session, Rating.AGAIN)
    clock.advance(days=1)
    _, progress = session.look()
    assert (progress.due, progress.drill) == (1, 0)


def test_undo_restores_everything(workspace: Workspace) -> None:
    """After ten undos, states, counts and queue are as at the start; the log keeps the rows as undone."""
    session = ReviewSession(workspace)
    with workspace.database.reading() as connection:
        before = dict(read_states(connection))
    counts = session.look()[1]
    for rating in (
        Rating.AGAIN,
        Rating.HARD,
        Rating.GOOD,
        Rating.EASY,
        Rating.GOOD,
        Rating.AGAIN,
        Rating.GOOD,
    ):
        answer(session, rating)
    for _ in range(7):
        assert session.undo() is not None
    assert session.undo() is None
    with workspace.database.reading() as connection:
        assert dict(read_states(connection)) == before
        assert connection.exec_driver_sql("SELECT count(*) FROM reviews").scalar() == 7
        assert connection.exec_driver_sql("SELECT count(*) FROM live_reviews").scalar() == 0
    assert session.look()[1] == counts


def test_an_undone_card_is_the_next_one(workspace: Workspace) -> None:
    """Undo brings back the very card, to be answered again under the next number."""
    session = ReviewSession(workspace)
    first = answer(session, Rating.GOOD)
    session.undo()
    assert answer(session, Rating.HARD).card == first.card
    (review,) = log_of(workspace)
    assert (review.number, review.sequence) == (2, 2)


def test_a_busy_database_does_not_lose_the_step(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An undo that could not be written can be tried again, and takes back the newest answer."""
    monkeypatch.setattr("quizzer.storage.engine.BUSY_TIMEOUT_S", 0.05)
    session = ReviewSession(workspace)
    answer(session, Rating.GOOD)
    answer(session, Rating.GOOD)
    other = sqlite3.connect(workspace.database.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(BusyError):
        session.undo()
    other.execute("ROLLBACK")
    other.close()
    step = session.undo()
    assert step is not None
    assert step.queued.key == "a2"


def test_undo_leaves_alone_what_another_session_went_on_from(
    workspace: Workspace, clock: StandingClock
) -> None:
    """An answer that another session has built upon is not taken back from under it."""
    mine = ReviewSession(workspace)
    answer(mine, Rating.GOOD)
    clock.advance(days=1)
    answer(ReviewSession(workspace), Rating.GOOD)
    assert mine.undo() is None
    assert len(log_of(workspace)) == 2


def test_suspended_cards_stay_away_and_undo_brings_them_back(
    workspace: Workspace, clock: StandingClock
) -> None:
    """A suspended card is asked on no day until the step is undone."""
    session = ReviewSession(workspace)
    question, _ = session.look()
    assert question is not None
    assert session.suspend(question)
    clock.advance(days=3)
    assert question.card.key not in keys_left(session)
    while (step := session.undo()) and step.rating is not None:
        pass
    found, _ = session.look()
    assert found is not None
    assert found.card == question.card


def test_suspended_cards_are_listed_and_brought_back(workspace: Workspace) -> None:
    """A suspended card is listed and comes back where it was; a wrong key changes nothing."""
    session = ReviewSession(workspace)
    question, _ = session.look()
    assert question is not None
    session.suspend(question)
    assert [card.key for card in list_set_apart(workspace)] == ["a1"]
    with pytest.raises(UsageError, match="no card 'a11' is suspended; did you mean 'a1'"):
        unsuspend(workspace, ["a1", "a11"])
    assert [card.key for card in list_set_apart(workspace)] == ["a1"]
    unsuspend(workspace, ["a1"])
    found, _ = session.look()
    assert found is not None
    assert found.card == question.card


def test_a_buried_note_comes_back_tomorrow(
    open_here: OpenWorkspace, write_deck: WriteDeck, note: Callable[[str, str], str], clock: StandingClock
) -> None:
    """Burying hides the note with all its cards for the study day, no longer."""
    write_deck("attention", notes=note("x", "q: term\n    a: meaning\n    reverse: true"))
    with open_here() as workspace:
        session = ReviewSession(workspace)
        question, _ = session.look()
        assert question is not None
        assert session.bury(question)
        assert session.look()[0] is None
        clock.advance(days=1)
        assert keys_left(session) == ["x"]


def test_a_card_answered_elsewhere_meanwhile_is_not_written(workspace: Workspace) -> None:
    """The second of two sessions that show the same card writes nothing and gets the next card."""
    mine, other = ReviewSession(workspace), ReviewSession(workspace)
    question, _ = mine.look()
    assert question is not None
    answer(other, Rating.GOOD)
    assert not mine.answer(question, question.grades[0], 10)
    assert not mine.suspend(question)
    following, _ = mine.look()
    assert following is not None
    assert following.card.key == "a2"
    assert len(log_of(workspace)) == 1


def test_a_card_answered_and_undone_elsewhere_is_asked_again(workspace: Workspace) -> None:
    """Where the log moved and moved back, the learner is asked again rather than written over."""
    mine, other = ReviewSession(workspace), ReviewSession(workspace)
    question, _ = mine.look()
    assert question is not None
    answer(other, Rating.GOOD)
    other.undo()
    assert not mine.answer(question, question.grades[0], 10)
    found, _ = mine.look()
    assert found is not None
    assert found.card == question.card


def test_six_grades_are_stored_and_read(open_here: OpenWorkspace, write_deck: WriteDeck) -> None:
    """With six grades the learner gives 0..5: SM-2 reads the grade, all else the rating."""
    write_deck("attention", *(f"a{i}" for i in range(6)))
    with open_here(grades=Grades.SIX) as workspace:
        session = ReviewSession(workspace)
        for key in "012345":
            question, _ = session.look()
            assert question is not None
            grade = question.grade(key)
            assert grade is not None
            session.answer(question, grade, 10)
        log = log_of(workspace)
        assert [review.quality for review in log] == [0, 1, 2, 3, 4, 5]
        assert [int(review.rating) for review in log] == [1, 1, 1, 2, 3, 4]
        assert session.look()[1].drill == 4
        suggested = session.look()[0]
        assert suggested is not None
        assert [suggested.suggested(rating).quality for rating in Rating] == [1, 3, 4, 5]


def test_a_session_limit_counts_cards_not_drills(workspace: Workspace) -> None:
    """`--limit 2` asks two cards and drills what failed among them."""
    session = ReviewSession(workspace, limit=2)
    asked = [answer(session, Rating.AGAIN).card.key, answer(session, Rating.GOOD).card.key]
    assert asked == ["a1", "a2"]
    assert answer(session, Rating.GOOD).queued.turn is Turn.DRILL
    assert session.look()[0] is None


def test_a_selection_asks_only_its_cards(open_here: OpenWorkspace, write_deck: WriteDeck) -> None:
    """A deck of the selection is asked alone; unknown names are errors with the nearest named."""
    write_deck("attention", "a1", "a2")
    write_deck("inference", "b1")
    with open_here() as workspace:
        assert keys_left(ReviewSession(workspace, Selection(decks=("inference",)))) == ["b1"]
        with pytest.raises(ContentError, match="attention"):
            ReviewSession(workspace, Selection(decks=("atention",)))
        with pytest.raises(UsageError, match="no card fits nothing-like-it"):
            ReviewSession(workspace, Selection(tags=("nothing-like-it",)))


def test_a_clock_set_back_is_refused_and_can_be_confirmed(workspace: Workspace, clock: StandingClock) -> None:
    """Behind the last answer the session does not start by itself; minutes of drift are let pass."""
    session = ReviewSession(workspace)
    answer(session, Rating.GOOD)
    clock.advance(minutes=-9)
    session.check_clock()
    clock.advance(days=-2)
    with pytest.raises(ClockError, match="--clock-is-right"):
        session.check_clock()
    answer(session, Rating.GOOD)
    session.check_clock()
    assert not differing_states(workspace)


def test_a_clock_that_was_ahead_for_an_event_is_forgiven(workspace: Workspace, clock: StandingClock) -> None:
    """Only the newest entry of the log counts, be it a review or an event."""
    session = ReviewSession(workspace)
    clock.advance(days=365)
    question, _ = session.look()
    assert question is not None
    session.bury(question)
    clock.advance(days=-365)
    answer(session, Rating.GOOD)
    session.check_clock()


def test_travel_neither_skips_nor_doubles_a_limit(
    open_here: OpenWorkspace, write_deck: WriteDeck, clock: StandingClock
) -> None:
    """Flying west over the date line back into a day already studied brings no second helping."""
    write_deck("attention", *(f"a{i}" for i in range(20)))
    with open_here(new_limit=2, zone="Asia/Tokyo") as workspace:
        assert len(keys_left(ReviewSession(workspace))) == 2
        clock.advance(days=1)
        assert len(keys_left(ReviewSession(workspace))) == 2 + 2
    with open_here(new_limit=2, zone="America/Los_Angeles") as workspace:
        assert workspace.study_day() == date(2026, 3, 2)
        assert keys_left(ReviewSession(workspace)) == []
        clock.advance(days=1)
        assert keys_left(ReviewSession(workspace)) == []
        clock.advance(days=1)
        assert ReviewSession(workspace).look()[1].new == 2


def test_the_summary_counts_what_stands(workspace: Workspace) -> None:
    """The summary names answers by rating, what is left, and what tomorrow brings."""
    session = ReviewSession(workspace)
    for rating in (Rating.AGAIN, Rating.GOOD, Rating.GOOD, Rating.EASY):
        answer(session, rating)
    session.undo()
    assert summarise(session).sentences() == (
        "3 answers: 1 again, 2 good; 4 s.",
        "3 cards left for today.",
        "Tomorrow 3 cards will be due.",
    )


def test_the_summary_tells_the_selection_from_the_day(workspace: Workspace) -> None:
    """A session of one card says that it is done, and what the day still holds."""
    session = ReviewSession(workspace, limit=1)
    answer(session, Rating.GOOD)
    assert summarise(session).sentences()[1] == "This selection is done; 4 cards left for today."


def test_counts_agree_with_what_a_session_brings(
    open_here: OpenWorkspace, write_deck: WriteDeck, note: Callable[[str, str], str], clock: StandingClock
) -> None:
    """`due` counts what a session with each deck alone would ask, and its part of the day, which add up."""
    write_deck("attention", *(f"a{i}" for i in range(4)), notes=note("x", "cloze: '{{c1::a}} {{c2::b}}'"))
    write_deck("inference", *(f"b{i}" for i in range(3)))
    with open_here(new_limit=4) as workspace:
        session = ReviewSession(workspace)
        for rating in (Rating.AGAIN, Rating.GOOD, Rating.HARD):
            answer(session, rating)
        for _ in range(2):
            with workspace.database.reading() as connection:
                report = count_due(connection.exec_driver_sql, workspace.moment(), workspace.limits)
            for count in report.alone:
                _, progress = ReviewSession(workspace, Selection(decks=(count.deck,))).look()
                assert (progress.due, progress.new, progress.drill) == (count.due, count.new, count.drill)
            _, progress = ReviewSession(workspace).look()
            assert (report.due, report.new, report.drill) == (progress.due, progress.new, progress.drill)
            for turn in DAY_TURNS:
                assert sum(count.of(turn) for count in report.decks) == report.all_decks.of(turn)
            clock.advance(days=1)


def test_a_deck_that_loses_a_card_keeps_its_history(
    open_here: OpenWorkspace, write_deck: WriteDeck, clock: StandingClock, shipped: Path
) -> None:
    """A note that disappears is not asked; when it comes back, so does its schedule."""
    path = write_deck("attention", "a1", "a2")
    with open_here() as workspace:
        answer(ReviewSession(workspace), Rating.GOOD)
    clock.advance(days=1)
    whole = path.read_text(encoding="utf-8")
    write_deck("attention", "a2")
    with open_here() as workspace:
        assert keys_left(ReviewSession(workspace)) == ["a2"]
    path.write_text(whole, encoding="utf-8")
    with open_here() as workspace:
        question, _ = ReviewSession(workspace).look()
        assert question is not None
        assert (question.card.key, question.queued.turn) == ("a1", Turn.DUE)
