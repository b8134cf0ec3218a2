"""The due queue of 100,000 cards with 1,000,000 reviews, beside raw SQL on the same file."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from quizzer.core.queue import Limits
from quizzer.services.doctor import differing_states
from quizzer.services.today import read_queue
from quizzer.services.workspace import open_workspace
from tests.benchmarks.measure import Figure, environment_of, make_places, median, milliseconds, run_python

CARDS = 100_000
NEW_CARDS = 20_000
REVIEWS_A_CARD = 12  # of each card that is not new; about a million in all
DECKS = 28
LIMITS = Limits(reviews=200, new=20)


def measure() -> Iterator[Figure]:
    """Build the database once, then read its queue."""
    with tempfile.TemporaryDirectory() as folder:
        places = make_places(Path(folder), CARDS, DECKS)
        with open_workspace(places) as workspace:
            pass
        _fill(places.database)
        today = datetime.now(UTC).date()
        raw = sqlite3.connect(places.database)
        sql = (
            "SELECT card_id FROM memory_states WHERE learner_id = 1 AND is_suspended = 0 AND due_on <= ? "
            "ORDER BY due_on LIMIT 200"
        )
        yardstick = median(milliseconds(lambda: raw.execute(sql, (today.isoformat(),)).fetchall()))
        raw.close()
        with open_workspace(places) as workspace, workspace.database.reading() as connection:
            run = connection.exec_driver_sql
            queue = median(milliseconds(lambda: read_queue(run, today, LIMITS, lambda _: True)))
            replayed = milliseconds(lambda: differing_states(workspace), 1)[0]
        environment = environment_of(places) | {"QUIZZER_NEW_LIMIT": "20", "QUIZZER_REVIEW_LIMIT": "200"}
        due = median(milliseconds(lambda: run_python("-m", "quizzer", "due", environment=environment)))
    name = "100,000 cards, 1,000,000 reviews"
    yield Figure(
        f"due queue, {name}", f"{queue:.1f} ms", f"raw SQL, 200 due rows {yardstick:.1f} ms", "10 ms"
    )
    yield Figure(f"`quizzer due`, {name}", f"{due:.0f} ms", f"raw SQL {yardstick:.1f} ms", "350 ms")
    yield Figure(f"replay of the whole log, {name}", f"{replayed / 1000:.1f} s", "-", "-")


def _fill(path: Path) -> None:
    today = datetime.now(UTC).date()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA cache_size = -800000")
    ids = [
        row[0] for row in connection.execute("SELECT id FROM cards ORDER BY id LIMIT ?", (CARDS - NEW_CARDS,))
    ]
    rows = []
    for sequence, (card_id, number) in enumerate((c, n) for n in range(1, REVIEWS_A_CARD + 1) for c in ids):
        day = today - timedelta(days=400 - 30 * number)
        rows.append((card_id, number, sequence + 1, day.isoformat()))
    connection.executemany(
        "INSERT INTO reviews (learner_id, card_id, number, sequence, kind, origin, rating, reviewed_at, zone,"
        " study_day, duration_ms, scheduler, interval_days)"
        " VALUES (1, ?, ?, ?, 'scheduled', 'quizzer', 3, 0, 'UTC', ?, 9, 'sm2', 30)",
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
