"""The due queue, the days of a year and a replay as a log grows, beside raw SQL on the same file."""

from __future__ import annotations

import random
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

from quizzer.core.queue import Limits
from quizzer.core.rating import Rating
from quizzer.core.replay import Regime
from quizzer.core.scheduler_choice import SchedulerChoice, SchedulerName
from quizzer.services.day import look_at_day
from quizzer.services.places import Places
from quizzer.services.regimes import make_scheduler
from quizzer.services.replaying import replay_all
from quizzer.services.today import read_queue
from quizzer.services.workspace import open_workspace
from quizzer.storage.log_columns import read_reviews_a_day
from quizzer.storage.runner import Runner
from tests.benchmarks.bench_backup import measure_backup
from tests.benchmarks.measure import Figure, environment_of, make_places, median, milliseconds, run_python

SIZES = (10_000, 100_000, 1_000_000)  # reviews
REVIEWS_A_CARD = 10  # new cards counted too, a fifth of all
DECKS = 28
LIMITS = Limits(reviews=200, new=20)
RATINGS = random.Random(1).choices(list(Rating), (15, 15, 55, 15), k=997)
YEAR = timedelta(days=364)
FULL = {SIZES[-1]: "10 ms"}, {SIZES[-1]: "350 ms"}  # budgets of the queue and the command, by size


def measure() -> Iterator[Figure]:
    """Build a database of each size, then read it."""
    for reviews in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            places = make_places(Path(folder), reviews // REVIEWS_A_CARD, DECKS)
            with open_workspace(places):
                pass
            _fill(places.database, reviews)
            yield from _measure(places, f"{reviews // REVIEWS_A_CARD:,} cards, {reviews:,} reviews", reviews)


def _measure(places: Places, name: str, reviews: int) -> Iterator[Figure]:
    today = datetime.now(UTC).date()
    queue_budget, due_budget = (budgets.get(reviews, "-") for budgets in FULL)
    with open_workspace(places) as workspace, workspace.database.peeking() as run:
        raw = _median(run, _DUE, {"today": today.isoformat()})
        queue = median(milliseconds(lambda: read_queue(run, workspace.moment(), LIMITS, lambda _: True)))
        due_yardstick = f"raw SQL, 200 due rows {raw:.1f} ms"
        yield Figure(f"due queue, {name}", f"{queue:.1f} ms", due_yardstick, queue_budget)
        home = median(milliseconds(lambda: look_at_day(workspace)))
        yield Figure(f"all that home shows, {name}", f"{home:.0f} ms", due_yardstick, "-")
        environment = environment_of(places) | {"QUIZZER_NEW_LIMIT": "20", "QUIZZER_REVIEW_LIMIT": "200"}
        due = median(milliseconds(lambda: run_python("-m", "quizzer", "due", environment=environment)))
        yield Figure(f"`quizzer due`, {name}", f"{due:.0f} ms", due_yardstick, due_budget)
        days = median(milliseconds(lambda: read_reviews_a_day(run, today - YEAR, today)))
        counted = _median(run, _COUNT, {"first": (today - YEAR).isoformat()})
        yield Figure(
            f"reviews of each day of a year, {name}",
            f"{days:.1f} ms",
            f"raw SQL, counting that year's reviews {counted:.1f} ms",
            "-",
        )
        read_s = milliseconds(lambda: _count(run(_LOG, {})), 1)[0] / 1000
        for choice in (SchedulerChoice(), SchedulerChoice(SchedulerName.FSRS)):
            regime = Regime(make_scheduler(choice), since=reviews + 1)
            replay_s = milliseconds(partial(replay_all, run, regime), 1)[0] / 1000
            what = f"replay of the whole log by {choice.name}, {name}"
            yield Figure(what, f"{replay_s:.2f} s", f"raw SQL, the rows read {read_s:.2f} s", "-")
    if reviews == SIZES[-1]:
        yield measure_backup(places, name)


_DUE = """SELECT card_id FROM memory_states WHERE learner_id = 1 AND is_suspended = 0 AND due_on <= :today
    ORDER BY due_on LIMIT 200"""
_COUNT = "SELECT count(*) FROM reviews WHERE learner_id = 1 AND study_day >= :first"
_LOG = "SELECT * FROM reviews WHERE learner_id = 1 ORDER BY card_id, number"


def _median(run: Runner, statement: str, parameters: dict[str, str]) -> float:
    return median(milliseconds(lambda: _count(run(statement, parameters))))


def _count(rows: Iterable[object]) -> int:
    return sum(1 for _ in rows)


def _fill(path: Path, reviews: int) -> None:
    today = datetime.now(UTC).date()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA cache_size = -800000")
    ids = [row[0] for row in connection.execute("SELECT id FROM cards ORDER BY id")]
    del ids[len(ids) * 4 // 5 :]  # the rest are new
    rows = []
    for place in range(reviews):
        turn, card = divmod(place, len(ids))
        day = today - timedelta(days=400 - 30 * turn - 30 * card // len(ids))
        rows.append((ids[card], turn + 1, place + 1, int(RATINGS[place % len(RATINGS)]), day.isoformat()))
    connection.executemany(
        "INSERT INTO reviews (learner_id, card_id, number, sequence, kind, origin, rating, reviewed_at, zone,"
        " study_day, duration_ms, scheduler, interval_days)"
        " VALUES (1, ?, ?, ?, 'scheduled', 'quizzer', ?, 0, 'UTC', ?, 9, 'sm2', 30)",
        rows,
    )
    connection.executemany(
        "UPDATE memory_states SET place = NULL, introduced_on = ?, reviewed_on = ?, due_on = ?,"
        " ease_factor = 250, repetitions = 12, interval_days = 30, reviews = 12"
        " WHERE learner_id = 1 AND card_id = ?",
        [(*_days(today, card_id), card_id) for card_id in ids],
    )
    connection.commit()
    connection.close()


def _days(today: date, card_id: int) -> tuple[str, str, str]:
    due = today + timedelta(days=card_id % 60 - 2)  # three days' worth is due
    return (
        (today - timedelta(days=370)).isoformat(),
        (today - timedelta(days=40)).isoformat(),
        due.isoformat(),
    )
