"""10,000 notes and 100,000 reviews from Anki and from JSON, the whole command, beside its client's own.

The database is tried all the while by another connection: how long it was held at a stretch is what
somebody who answers cards meanwhile has to wait.
"""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.benchmarks.measure import Figure, environment_of, make_places

NOTES = 10_000
REVIEWS_A_NOTE = 10
DECKS = 25
ROOT = Path(__file__).resolve().parents[2]
MIB = 1024  # in KiB
PROBE_S = 0.004
CLIENT = """
import sys
from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest
collection = Collection(sys.argv[1])
options = ImportAnkiPackageOptions(with_scheduling=True)
collection.import_anki_package(ImportAnkiPackageRequest(package_path=sys.argv[2], options=options))
collection.close()
"""
# In a process of its own: what a process is counted for begins with the memory of the one that started it.
MAKE = """
import sys
from pathlib import Path
from tests.benchmarks.bench_import import make_package
make_package(*map(Path, sys.argv[1:]))
"""
PARSE = "import json, sys; json.load(open(sys.argv[1]))"


@dataclass(frozen=True, slots=True)
class Run:
    """What a process took, and the longest that it held the database."""

    wall_s: float
    cpu_s: float
    peak_mb: float
    held_s: float = 0.0


def measure() -> Iterator[Figure]:
    """Import a package as a plan, then in earnest; export all that as JSON and import it elsewhere."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        package, document = folder / "x.apkg", folder / "x.json"
        _run(["-c", MAKE, str(folder / "made"), str(package)], {}, None)
        client = _run(["-c", CLIENT, str(folder / "client.anki2"), str(package)], {}, None)
        environment, database = _begin(folder / "anki")
        command = ["-m", "quizzer", "import", "anki", str(package), "--with-history"]
        what = f"import {NOTES:,} notes, {NOTES * REVIEWS_A_NOTE:,} reviews from Anki"
        yardstick = f"the official client {_shown(client)}"
        plan = _run([*command, "--dry-run"], environment, database)
        yield Figure(f"{what}, the plan alone", _shown(plan), yardstick, "-")
        taken = _run(command, environment, database)
        yield Figure(what, f"{_shown(taken)}, database held {taken.held_s:.2f} s", yardstick, "-")
        again = _run(command, environment, database)
        yield Figure(f"{what}, again: nothing new", _shown(again), yardstick, "-")
        _run(["-m", "quizzer", "export", "json", str(document)], environment, None)
        environment, database = _begin(folder / "json")
        parsed = _run(["-c", PARSE, str(document)], {}, None)
        taken = _run(
            ["-m", "quizzer", "import", "json", str(document), "--with-history"], environment, database
        )
        yield Figure(
            what.replace("Anki", "JSON"),
            f"{_shown(taken)}, database held {taken.held_s:.2f} s",
            f"bare json.load {_shown(parsed)}",
            "-",
        )


def make_package(folder: Path, target: Path) -> None:
    """Have the official client make a package of notes with a history."""
    from anki.collection import AddNoteRequest, Collection, ExportAnkiPackageOptions

    folder.mkdir()
    collection = Collection(str(folder / "collection.anki2"))
    model = collection.models.by_name("Basic")
    assert model is not None
    decks = [collection.decks.id(f"Deck {number}") for number in range(DECKS)]
    requests = []
    for number in range(NOTES):
        note = collection.new_note(model)
        note.fields = [
            f"Question {number} about <b>softmax</b>?",
            rf"A first sentence. \(x_{{{number}}}\)<ul><li>a<li>b</ul>",
        ]
        deck = decks[number % DECKS]
        assert deck is not None
        requests.append(AddNoteRequest(note, deck))
    collection.add_notes(requests)
    collection.close()
    with closing(sqlite3.connect(folder / "collection.anki2")) as connection:
        _add_reviews(connection, datetime.now(UTC))
    collection = Collection(str(folder / "collection.anki2"))
    options = ExportAnkiPackageOptions(with_scheduling=True, with_deck_configs=True, with_media=True)
    collection.export_anki_package(out_path=str(target), options=options, limit=None)
    collection.close()


def _add_reviews(connection: sqlite3.Connection, now: datetime) -> None:
    draw = random.Random(1)
    rows: list[Sequence[object]] = []
    for card, (card_id,) in enumerate(connection.execute("SELECT id FROM cards ORDER BY id").fetchall()):
        days = sorted(draw.sample(range(1, 700), REVIEWS_A_NOTE), reverse=True)
        for number, back in enumerate(days):
            at_ms = int((now - timedelta(days=back)).timestamp() * 1000) + card
            wait = days[number] - days[number + 1] if number + 1 < len(days) else 30
            rows.append((at_ms, card_id, draw.choice((1, 3, 3, 3, 4)), wait, 1, 2500, 6000, int(number > 0)))
    connection.executemany("INSERT OR IGNORE INTO revlog VALUES (?, ?, -1, ?, ?, ?, ?, ?, ?)", rows)
    connection.execute(
        "UPDATE cards SET type = 2, queue = 2, due = id % 60, ivl = 30, factor = 2500, reps = 10"
    )
    connection.commit()


def _begin(folder: Path) -> tuple[dict[str, str], Path]:
    """Return the environment of a new workspace with an answered day, and its database."""
    places = make_places(folder, NOTES // 10)
    environment = environment_of(places)
    _run(["-m", "quizzer", "due"], environment, None)
    return environment, places.database


def _shown(run: Run) -> str:
    return f"{run.wall_s:.2f} s ({run.cpu_s:.2f} s of processor), peak {run.peak_mb:.0f} MB"


def _run(arguments: list[str], environment: dict[str, str], database: Path | None) -> Run:
    """Run this interpreter, read what the kernel counted for it, and try to write meanwhile."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        stdout=subprocess.DEVNULL,
    )
    held_s = 0.0 if database is None else _watch(process.pid, database)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    wall_s = time.perf_counter() - start
    return Run(wall_s, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / MIB, held_s)


def _watch(pid: int, database: Path) -> float:
    """Return the longest time for which nobody else could write, until the process has ended."""
    longest_s, free_at = 0.0, time.perf_counter()
    with closing(sqlite3.connect(database, timeout=0, isolation_level=None)) as connection:
        while os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            try:
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("ROLLBACK")
                free_at = time.perf_counter()
            except sqlite3.OperationalError:
                longest_s = max(longest_s, time.perf_counter() - free_at)
            time.sleep(PROBE_S)
    return longest_s
