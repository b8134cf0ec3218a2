"""Statistics of real logs in SQLite, against counting review by review."""

from __future__ import annotations

import random
import zoneinfo
from datetime import UTC, datetime, timedelta

import pytest

from quizzer.core.rating import Rating
from quizzer.core.review import Review, ReviewKind
from quizzer.core.scheduler_choice import SchedulerChoice, SchedulerName
from quizzer.core.stats.answers import NEW, YEAR_DAYS, count_answers
from quizzer.core.stats.recall import AGES, INTERVALS, Maturity, Recall, place_in
from quizzer.core.stats.statistics import Statistics
from quizzer.services.review import ReviewSession
from quizzer.services.stats import read_statistics
from quizzer.services.workspace import Workspace
from quizzer.storage.log import append_review, mark_undone
from tests.integration.sessions import basic_notes, fresh_workspace
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

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Nowhere/Unknown")
INTERVALS_MET = (-3, 0, 1, 6, 7, 20, 21, 89, 90, 400, 2**63, 10**30)


def expected_hour(review: Review) -> int:
    """Return the hour of the wall clock where a review was given; UTC stands in for an unknown zone."""
    name = "UTC" if review.zone == ZONES[-1] else review.zone
    return review.reviewed_at.astimezone(zoneinfo.ZoneInfo(name)).hour


def age_of(review: Review, log: list[Review]) -> int:
    """Return the place in AGES of the interval before a review, NEW where there was no answer before."""
    before = [
        other
        for other in log
        if other.card_id == review.card_id
        and other.number < review.number
        and other.kind is not ReviewKind.CRAM
    ]
    return place_in(AGES, max(before, key=lambda other: other.number).interval_days) if before else NEW


def check_by_hand(statistics: Statistics, log: list[Review]) -> None:
    """Hold all figures of answers to a count that looks at each review by itself."""
    today = statistics.study_day
    year = [review for review in log if today - timedelta(days=YEAR_DAYS) < review.study_day <= today]
    for day in statistics.days:
        on_it = [review for review in year if review.study_day == day.study_day]
        assert day.reviews == len(on_it)
        assert day.seconds == pytest.approx(sum(review.duration_ms for review in on_it) / 1000)
    assert statistics.reviews == len(year)
    rows = [
        (
            review.study_day.isoformat(),
            "",
            expected_hour(review),
            int(review.rating),
            age_of(review, log) if review.kind is ReviewKind.SCHEDULED else -2,
        )
        for review in year
    ]
    # `count_answers` has its own test against a count by hand; here its rows come from SQLite.
    assert statistics.answers == count_answers(rows, statistics.answers.since, today, lambda _, hour: hour)


def write_random_log(workspace: Workspace, draw: random.Random, reviews: int) -> None:
    """Append reviews of every kind, zone and interval over two years, some of them undone."""
    with workspace.database.writing() as connection:
        ids = [row[0] for row in connection.exec_driver_sql("SELECT id FROM cards ORDER BY id")]
        numbers = dict.fromkeys(ids, 0)
        instant = workspace.now() - timedelta(days=730)
        for sequence in range(1, reviews + 1):
            instant += timedelta(seconds=draw.expovariate(reviews / (731 * 86400)))
            card_id = draw.choice(ids)
            numbers[card_id] += 1
            review = Review(
                card_id=card_id,
                number=numbers[card_id],
                sequence=sequence,
                kind=draw.choice([*ReviewKind, ReviewKind.SCHEDULED, ReviewKind.SCHEDULED]),
                rating=draw.choice(list(Rating)),
                quality=None,
                reviewed_at=instant,
                zone=draw.choice(ZONES),
                study_day=workspace.calendar.study_day(instant),
                duration_ms=draw.randrange(60_000),
                scheduler="sm2",
                interval_days=draw.choice(INTERVALS_MET),
                origin=draw.choice(["quizzer", "anki"]),
            )
            append_review(connection, review)
            if draw.random() < 0.1:
                mark_undone(connection, sequence, instant)


@pytest.mark.parametrize("seed", range(4))
def test_random_logs_are_counted_as_by_hand(seed: int) -> None:
    """Every kind, zone, odd interval and undone review: SQL and rules agree with a count in plain Python."""
    with fresh_workspace(basic_notes(12)) as workspace:
        write_random_log(workspace, random.Random(seed), 600)
        statistics, log = read_statistics(workspace), read_log(workspace)
        check_by_hand(statistics, log)
        days = {review.study_day for review in log if review.study_day <= statistics.study_day}
        longest = 0
        for day in days:
            length = 1
            while day + timedelta(days=length) in days:
                length += 1
            longest = max(longest, length)
        assert statistics.streaks.longest_days == longest


@pytest.mark.parametrize("name", SchedulerName)
def test_sessions_are_counted_as_by_hand(name: SchedulerName, clock: StandingClock) -> None:
    """Real sessions under either scheduler, with drills, steps, crams, undo: counts, forecast, intervals."""
    draw = random.Random(name)
    with fresh_workspace(basic_notes(30), clock, new_limit=3) as workspace:
        set_scheduler(workspace, SchedulerChoice(name))
        for _ in range(40):
            session = ReviewSession(workspace, is_cram=draw.random() < 0.1)
            for _ in range(draw.randrange(12)):
                if session.look()[0] is not None:
                    answer(session, draw.choices(list(Rating), (2, 1, 5, 1))[0])
            if draw.random() < 0.5:
                session.undo()
            clock.advance(days=draw.choice([0, 1, 1, 1, 3]), minutes=draw.randrange(600))
        statistics = read_statistics(workspace)
        check_by_hand(statistics, read_log(workspace))
        states = [state for state in read_card_states(workspace).values() if not state.is_suspended]
        ahead = [max(0, (s.due_on - statistics.study_day).days) for s in states if s.due_on is not None]
        assert statistics.forecast == tuple(ahead.count(days) for days in range(30))
        places = [place_in(INTERVALS, s.memory.interval_days) for s in states if s.memory is not None]
        assert statistics.intervals == tuple(places.count(place) for place in range(len(INTERVALS)))
        assert sum(statistics.intervals) > 10


def test_an_empty_database_has_empty_figures(workspace: Workspace) -> None:
    """Nothing was done, nothing is due, nothing can be told; the year is there all the same."""
    statistics = read_statistics(workspace)
    assert statistics.is_empty
    assert len(statistics.days) == YEAR_DAYS
    assert statistics.has_all_answers
    assert (statistics.reviews, statistics.active_days, statistics.minutes) == (0, 0, 0)
    assert all(recall == Recall() for _, recall in statistics.answers.retention)
    assert not any(statistics.forecast)


def test_one_review_is_one_everywhere(workspace: Workspace) -> None:
    """The first answer counts as new, and for no retention."""
    answer(ReviewSession(workspace), Rating.AGAIN)
    statistics = read_statistics(workspace)
    assert not statistics.is_empty
    assert (statistics.reviews, statistics.streaks.current_days) == (1, 1)
    assert statistics.answers.ratings[Maturity.NEW] == (1, 0, 0, 0)
    assert statistics.answers.retention[-1] == (YEAR_DAYS, Recall())
    assert statistics.answers.hours[9].reviews == 1


def test_an_undone_first_answer_leaves_the_card_new(workspace: Workspace) -> None:
    """The answer after an undo is the first one, although it is the card's second review."""
    session = ReviewSession(workspace)
    answer(session, Rating.AGAIN)
    session.undo()
    answer(session, Rating.GOOD)
    assert read_statistics(workspace).answers.ratings[Maturity.NEW] == (0, 0, 1, 0)


def test_the_hour_is_that_of_the_wall_clock_through_a_change_of_the_clocks(
    open_here: OpenWorkspace, write_deck: WriteDeck, clock: StandingClock
) -> None:
    """Eight in the evening is eight in the evening, in winter and in summer, and past a night's end."""
    write_deck("attention", *(f"a{number}" for number in range(4)))
    berlin = zoneinfo.ZoneInfo("Europe/Berlin")
    with open_here(zone="Europe/Berlin") as workspace:
        for day in (28, 29):  # the clocks go forward in the night between, March 2026
            clock.instant = datetime(2026, 3, day, 20, 5, tzinfo=berlin).astimezone(UTC)
            answer(ReviewSession(workspace), Rating.GOOD)
        clock.instant = datetime(2026, 3, 30, 3, 30, tzinfo=berlin).astimezone(UTC)  # before the rollover
        answer(ReviewSession(workspace), Rating.GOOD)
        statistics = read_statistics(workspace)
    assert {hour: h.reviews for hour, h in enumerate(statistics.answers.hours) if h.reviews} == {3: 1, 20: 2}
    assert [day.reviews for day in statistics.days[-2:]] == [1, 2]
    assert statistics.streaks.current_days == 2


def test_the_streak_goes_on_until_a_day_is_over(workspace: Workspace, clock: StandingClock) -> None:
    """A day that has just begun breaks nothing; a whole day without a review does."""
    for _ in range(3):
        answer(ReviewSession(workspace), Rating.GOOD)
        clock.advance(days=1)
    assert read_statistics(workspace).streaks.current_days == 3
    clock.advance(days=1)
    streaks = read_statistics(workspace).streaks
    assert (streaks.current_days, streaks.longest_days) == (0, 3)


def test_what_is_suspended_or_in_no_deck_is_not_foreseen(
    workspace: Workspace, write_deck: WriteDeck, open_here: OpenWorkspace, clock: StandingClock
) -> None:
    """The forecast and the intervals are of cards that will be asked; the answers stay what they were."""
    ask_all(ReviewSession(workspace))
    clock.advance(days=1)
    session = ReviewSession(workspace)
    question, _ = session.look()
    assert question is not None
    session.suspend(question)
    assert (sum(read_statistics(workspace).forecast), sum(read_statistics(workspace).intervals)) == (4, 4)
    write_deck("attention", "a1", "a2")
    with open_here() as fewer:
        statistics = read_statistics(fewer)
    assert sum(statistics.forecast) == sum(statistics.intervals) == 1
    assert statistics.reviews == 5
