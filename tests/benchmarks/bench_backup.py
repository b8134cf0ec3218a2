"""The backup that the first write of a study day waits for, beside a bare copy of the file."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from pathlib import Path

from sqlalchemy import Connection

from quizzer.services.places import Places
from quizzer.services.review import ReviewSession
from quizzer.services.workspace import open_workspace
from quizzer.storage.daily import back_up_day
from tests.benchmarks.measure import Figure, make_places, median, milliseconds

NOTES = 2_000
REVIEWS = 10_000
FIRST = date(2026, 1, 1)


def measure() -> Iterator[Figure]:
    """Answer cards until the log is as long as that of a year, and back it up."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        places = make_places(Path(folder), NOTES)
        with open_workspace(places) as workspace:
            session = ReviewSession(workspace)
            question, _ = session.look()
            assert question is not None
            session.answer(question, question.grades[2], 1000)
            with workspace.database.writing() as connection:
                _multiply(connection)
        yield measure_backup(places, f"{NOTES:,} cards, {REVIEWS:,} reviews")


def measure_backup(places: Places, name: str) -> Figure:
    """Return what a daily backup of the database costs."""
    days = count()

    def back_up() -> None:
        back_up_day(places.database, places.backups, FIRST + timedelta(days=next(days)))

    def copy() -> None:
        target = places.database.with_name("bare-copy")
        shutil.copy(places.database, target)
        with target.open("rb") as file:
            os.fsync(file.fileno())

    taken, bare = median(milliseconds(back_up, 3)), median(milliseconds(copy, 3))
    size = places.database.stat().st_size / 2**20
    return Figure(
        f"backup of a study day, {name} ({size:.0f} MiB)",
        f"{taken:.0f} ms",
        f"bare copy and fsync {bare:.0f} ms",
        "-",
    )


def _multiply(connection: Connection) -> None:
    """Repeat the one review of the log for other cards."""
    columns = "learner_id, kind, origin, rating, reviewed_at, zone, study_day, duration_ms, scheduler"
    columns += ", interval_days"
    connection.exec_driver_sql(
        f"""WITH RECURSIVE numbers(n) AS (
            SELECT 2 UNION ALL SELECT n + 1 FROM numbers WHERE n < {REVIEWS}
        )
        INSERT INTO reviews ({columns}, card_id, number, sequence)
        SELECT {columns}, 2 + n % {NOTES - 1}, 1 + n / {NOTES - 1} + n, 1 + n FROM reviews, numbers"""
    )
