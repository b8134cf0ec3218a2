"""Fitting to a learner's own log: when a fit is taken, when it is kept out, and from what it is judged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from quizzer.core.queue import Turn
from quizzer.core.rating import Rating
from quizzer.core.scheduler_choice import SchedulerChoice, SchedulerName
from quizzer.fsrs.parameters import DEFAULT
from quizzer.services.fitting import (
    ENOUGH_HELD_OUT,
    FitReport,
    Log,
    Present,
    evaluate_log,
    fit_log,
    fit_own_log,
    read_own_log,
    read_present,
)
from quizzer.services.review import ReviewSession
from quizzer.services.schedule import change_schedule, preview_change, preview_undo, undo_change
from quizzer.services.workspace import Workspace
from quizzer.storage.instant import to_milliseconds
from tests.stored_log import Row, card_ids, store_log, store_rows
from tests.support import OpenWorkspace, StandingClock, WriteDeck, answer
from tests.synthetic_log import draw_columns, draw_log

FSRS = SchedulerChoice(SchedulerName.FSRS, has_fuzz=False)
CARDS = 500
REVIEWS = 6000
UNUSUAL = (*(4 * value for value in DEFAULT[:4]), *DEFAULT[4:])  # remembers new cards four times as long
CLEARLY = 0.002  # nats a review


@pytest.fixture
def large(open_here: OpenWorkspace, write_deck: WriteDeck) -> Iterator[Workspace]:
    """A workspace of five hundred cards."""
    write_deck("attention", *(f"a{number}" for number in range(CARDS)))
    with open_here() as workspace:
        yield workspace


def set_scheduler(workspace: Workspace, choice: SchedulerChoice) -> None:
    """Change the scheduler as the command does."""
    change_schedule(workspace, preview_change(workspace, choice))


def stored(workspace: Workspace, table_reviews: int = REVIEWS) -> FitReport:
    """Store the log of a learner with unusual parameters and fit to it."""
    store_log(workspace, draw_columns(table_reviews, UNUSUAL, seed=3))
    return fit_own_log(workspace)


def test_a_fit_to_an_unusual_learner_is_taken(large: Workspace) -> None:
    """Who remembers otherwise than most is foretold better by a fit, and comes nearer to the truth."""
    report = stored(large)
    assert report.is_better
    assert report.present == Present(DEFAULT)
    assert report.held_out is not None
    assert report.held_out.fitted_log_loss < report.held_out.log_loss - CLEARLY
    assert report.fit.log_loss < report.present_log_loss
    assert 2 * DEFAULT[2] < report.fit.parameters[2] < 8 * DEFAULT[2]


def test_a_fit_to_a_usual_learner_is_kept_out(large: Workspace) -> None:
    """Who remembers as the default parameters say gains nothing, though the log it saw looks better."""
    store_log(large, draw_columns(REVIEWS, DEFAULT, seed=3))
    report = fit_own_log(large)
    assert report.is_enough
    assert report.fit.log_loss < report.present_log_loss
    assert not report.is_better


def test_the_own_log_is_all_but_cram_on_study_days(workspace: Workspace) -> None:
    """Drills and reviews ahead count; cram and what was undone do not; gaps are of study days."""
    card_id, other, *_ = card_ids(workspace)
    day = date(2026, 1, 10)
    rows = [
        Row(card_id, 1, day),
        Row(card_id, 3, day, "drill"),
        Row(other, 2, day),
        Row(card_id, 4, day, "cram"),
        Row(card_id, 2, day + timedelta(days=3), "ahead"),
        Row(card_id, 1, day + timedelta(days=4), is_undone=True),
        Row(card_id, 4, day + timedelta(days=9)),
    ]
    store_rows(workspace, rows)
    log = read_own_log(workspace)
    assert (log.cards, log.next_day_reviews, log.days) == (2, 2, "your study days")
    assert log.table.rating.tolist() == [1, 3, 2, 4, 2]
    assert log.table.gap_days.tolist() == [0, 0, 3, 6, 0]


def test_answers_of_a_session_are_the_log(workspace: Workspace, clock: StandingClock) -> None:
    """What is answered is what is fitted to: ratings, and days by the calendar of the learner."""
    for _ in range(3):
        session = ReviewSession(workspace)
        while (found := session.look()[0]) and found.queued.turn is not Turn.DRILL:
            answer(session, Rating.GOOD)
        clock.advance(days=6, hours=17)  # from nine in the morning on: each day begins before four at night
    log = read_own_log(workspace)
    assert (len(log.table), log.cards) == (15, 5)
    assert set(log.table.gap_days.tolist()) <= {0, 6, 7}
    report = fit_own_log(workspace)
    assert not report.is_enough
    assert not report.is_better


def test_nothing_was_reviewed(workspace: Workspace) -> None:
    """An empty log has a report: the default parameters, nothing tested, nothing better."""
    report = fit_own_log(workspace)
    assert (report.log.cards, report.log.next_day_reviews, len(report.log.table)) == (0, 0, 0)
    assert (report.fit.parameters, report.held_out, report.is_better) == (DEFAULT, None, False)


def test_a_hundred_reviews_have_to_be_tested() -> None:
    """With one less a fit is not taken, however much better it looks."""
    report = fit_log(Log("", "", draw_log(REVIEWS, UNUSUAL, seed=3)))
    assert report.is_better
    assert report.held_out is not None
    few = replace(report, held_out=replace(report.held_out, reviews=ENOUGH_HELD_OUT - 1))
    just = replace(report, held_out=replace(report.held_out, reviews=ENOUGH_HELD_OUT))
    assert (few.is_enough, few.is_better) == (False, False)
    assert (just.is_enough, just.is_better) == (True, True)


def test_parameters_are_as_old_as_their_first_setting(workspace: Workspace, clock: StandingClock) -> None:
    """A change of the retention keeps their age; other parameters are new; the default ones have none."""
    own, other = replace(FSRS, parameters=UNUSUAL), replace(FSRS, parameters=(*DEFAULT[:20], 0.2))
    assert read_present(workspace) == Present(DEFAULT)
    set_scheduler(workspace, FSRS)
    assert read_present(workspace) == Present(DEFAULT)

    since_ms = []
    for choice in (other, own, replace(own, desired_retention=0.8), replace(own, has_fuzz=True)):
        clock.advance(days=1)
        since_ms.append(to_milliseconds(clock.now()))
        set_scheduler(workspace, choice)
    assert read_present(workspace) == Present(UNUSUAL, since_ms[1])
    for _ in range(3):
        undo_change(workspace, preview_undo(workspace))
    assert read_present(workspace) == Present(other.parameters, since_ms[0])
    set_scheduler(workspace, SchedulerChoice())
    assert read_present(workspace) == Present(DEFAULT)


def test_own_parameters_are_tested_on_what_they_have_not_seen(large: Workspace, clock: StandingClock) -> None:
    """Only reviews since they were set are tested: what they were fitted to would speak for them."""
    begin = store_log(large, draw_columns(REVIEWS, UNUSUAL, seed=3))
    middle = datetime.combine(begin + timedelta(days=300), time(9), UTC)
    now, clock.instant = clock.now(), middle
    set_scheduler(large, replace(FSRS, parameters=(*DEFAULT[:20], 0.11)))
    clock.instant = now

    report = fit_own_log(large)
    table, since_ms = report.log.table, report.present.since_ms
    assert since_ms == to_milliseconds(middle)
    start = max(since_ms, table.order_at(0.3))
    assert start == since_ms
    assert report.held_out is not None
    assert report.held_out.reviews == int((table.is_next_day & (table.order >= start)).sum())
    assert 0 < report.held_out.reviews < report.log.next_day_reviews / 2


def test_parameters_just_set_cannot_be_beaten_yet(large: Workspace) -> None:
    """A second fit right after the first has nothing to be tested on, and says that it is too early."""
    report = stored(large)
    set_scheduler(large, replace(FSRS, parameters=report.fit.parameters))
    again = fit_own_log(large)
    assert again.fit.parameters == report.fit.parameters
    assert again.present.parameters == report.fit.parameters
    assert (again.held_out, again.is_enough, again.is_better) == (None, False, False)


def test_the_own_log_is_evaluated(large: Workspace) -> None:
    """For the unusual learner the fit foretells best, and all forecasters see the same reviews."""
    store_log(large, draw_columns(REVIEWS, UNUSUAL, seed=3))
    sm2, default, fitted, average = evaluate_log(read_own_log(large))
    assert fitted.log_loss < default.log_loss < max(sm2.log_loss, average.log_loss)
    assert len({part.reviews for part in (sm2, default, fitted, average)}) == 1
