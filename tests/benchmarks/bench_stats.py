"""Statistics of 1,000,000 reviews over five years, beside raw SQL that counts the same year."""

from __future__ import annotations

import random
import sqlite3
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from quizzer.services.readiness import read_readiness
from quizzer.services.stats import read_statistics
from quizzer.services.workspace import Workspace, open_workspace
from tests.benchmarks.measure import Figure, make_places, median, milliseconds

CARDS = 100_000
SEEN = 80_000
REVIEWS_A_CARD = 12
DECKS = 28
YEARS = 5
SYLLABUS = "areas:\n  - id: all\n    title: All\n    topics: [{id: a-topic, title: Everything, level: mid}]\n"


def measure() -> Iterator[Figure]:
    """Build the database once, then read its statistics."""
    with tempfile.TemporaryDirectory() as folder:
        places = make_places(Path(folder), CARDS, DECKS)
        (Path(folder) / "content" / "decks" / "_syllabus.yaml").write_text(SYLLABUS, encoding="utf-8")
        with open_workspace(places) as workspace:
            yield from measure_here(workspace, YEARS)


def measure_here(workspace: Workspace, years: int) -> Iterator[Figure]:
    """Fill the database with reviews over so many years, and measure."""
    path = workspace.places.database
    fill(path, datetime.now(UTC).date(), years)
    raw = sqlite3.connect(path)
    since = (workspace.study_day() - timedelta(days=365)).isoformat()
    sql = """SELECT count(*), sum(duration_ms), sum(rating > 1) FROM live_reviews
        WHERE study_day > ? AND learner_id = 1"""
    yardstick = median(milliseconds(lambda: raw.execute(sql, (since,)).fetchall(), 3))
    raw.close()
    statistics = median(milliseconds(lambda: read_statistics(workspace), 3))
    assert len(workspace.library.decks) == DECKS
    readiness = median(milliseconds(lambda: read_readiness(workspace), 3))
    name = f"1,000,000 reviews, {years} years"
    beside = f"raw SQL, sums of a year {yardstick:.0f} ms"
    yield Figure(f"statistics, {name}", f"{statistics:.0f} ms", beside, "1000 ms")
    yield Figure(f"readiness, {name}, 80,000 seen cards on one topic", f"{readiness:.0f} ms", beside, "-")


def fill(path: Path, today: date, years: int) -> None:
    """Give 80,000 cards twelve reviews each, at random days and hours."""
    draw = random.Random(1)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA synchronous = OFF")
    ids = [row[0] for row in connection.execute("SELECT id FROM cards ORDER BY id LIMIT ?", (SEEN,))]
    reviews, states = [], []
    for card_id in ids:
        days = sorted(draw.sample(range(365 * years), REVIEWS_A_CARD), reverse=True)  # before today
        for number, (back, then) in enumerate(zip(days, [*days[1:], days[-1] - 30], strict=True), 1):
            day = today - timedelta(days=back)
            instant = datetime.combine(day, time(draw.randrange(6, 23), draw.randrange(60)), UTC)
            rating = draw.choice((1, 2, 3, 3, 3, 3, 4))
            reviews.append(
                (round(instant.timestamp() * 1000), card_id, number, rating, day.isoformat(), back - then)
            )
        first, last = (today - timedelta(days=back) for back in (days[0], days[-1]))
        due = today + timedelta(days=card_id % 60 - 2)
        states.append((first.isoformat(), last.isoformat(), due.isoformat(), 30 + card_id % 90, card_id))
    reviews.sort()
    connection.executemany(
        "INSERT INTO reviews (sequence, reviewed_at, card_id, number, rating, study_day, interval_days,"
        " learner_id, kind, origin, zone, duration_ms, scheduler)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, 1, 'scheduled', 'quizzer', 'Europe/Berlin', 9000, 'sm2')",
        [(sequence, *review) for sequence, review in enumerate(reviews, 1)],
    )
    connection.executemany(
        "UPDATE memory_states SET place = NULL, introduced_on = ?, reviewed_on = ?, due_on = ?,"
        " interval_days = ?, ease_factor = 250, repetitions = 12, reviews = 12"
        " WHERE learner_id = 1 AND card_id = ?",
        states,
    )
    connection.commit()
    connection.close()
