"""A durable answer beside a bare durable commit of sqlite3, on the same disk."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from quizzer.services.review import ReviewSession
from quizzer.services.workspace import open_workspace
from quizzer.storage.database import Database
from tests.benchmarks.measure import Figure, make_places, median, milliseconds, p95

ANSWERS = 200


def measure() -> Iterator[Figure]:
    """Time whole answers, and of them the writing transaction's commit."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        with open_workspace(make_places(Path(folder), ANSWERS)) as workspace:
            answers = _answer(ReviewSession(workspace))
            commits = _commit(workspace.database)
        bare = _bare(Path(folder) / "bare.db")
    yardstick = f"bare sqlite3, synchronous=FULL, p95 {p95(bare):.2f} ms"
    yield Figure("durable commit, p95", f"{p95(commits):.2f} ms", yardstick, "5 ms")
    yield Figure(
        "a whole answer, p95", f"{p95(answers):.1f} ms (median {median(answers):.1f})", yardstick, "-"
    )


def _answer(session: ReviewSession) -> list[float]:
    taken = []
    for _ in range(ANSWERS):
        question, _ = session.look()
        assert question is not None
        start = time.perf_counter()
        session.answer(question, question.grades[2], 1000)
        taken.append((time.perf_counter() - start) * 1000)
    return taken


def _commit(database: Database) -> list[float]:
    def write() -> None:
        with database.writing() as connection:
            connection.exec_driver_sql("UPDATE content_state SET fingerprint = fingerprint || 'x'")

    return milliseconds(write, ANSWERS)


def _bare(path: Path) -> list[float]:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE t (x)")
    taken = milliseconds(lambda: connection.execute("INSERT INTO t VALUES (randomblob(100))"), ANSWERS)
    connection.close()
    return taken
