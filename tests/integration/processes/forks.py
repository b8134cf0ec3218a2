"""Work in forked processes, which start at once since everything is imported, and the log that it leaves.

A program that forks has to be a process of its own: a runner of tests has threads.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sqlite3
import time
import traceback
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from quizzer.core.settings import Settings
from quizzer.errors import QuizzerError
from quizzer.services.places import Places

NOTES = 60
SCHEMAS = Path(__file__).parents[2] / "data" / "schemas"

Words = list[str]  # what a child says: a kind, and what belongs to it
Say = Callable[[Words], None]
Row = tuple[int, str, str, bool]  # sequence, card key, rating or kind of event, is undone
Log = list[Row]


@dataclass(frozen=True)
class Ended:
    """A child that is no more: what it had said, and whether it was killed before its end."""

    said: list[Words]
    was_killed: bool
    took_s: float

    def words(self, *kinds: str) -> list[Words]:
        """Return what it said of those kinds."""
        return [words for words in self.said if words[0] in kinds]


def run_child(work: Callable[[Say], None], kill_after_s: float | None = None) -> Ended:
    """Fork, have the child work, kill it after that time.

    An error of quizzer is said as ["sentence", text], any other as ["traceback", text].
    """
    source, sink = os.pipe()
    start = time.monotonic()
    child = os.fork()
    if child == 0:
        os.close(source)
        _work(work, sink)
    os.close(sink)
    text = b""
    if kill_after_s is not None:
        while (left_s := start + kill_after_s - time.monotonic()) > 0:
            readable, _, _ = select.select([source], [], [], left_s)
            if readable and not (data := os.read(source, 65536)):
                break  # it has ended
            text += data if readable else b""
        os.kill(child, signal.SIGKILL)
    while data := os.read(source, 65536):
        text += data
    os.close(source)
    _, status = os.waitpid(child, 0)
    lines = text.decode().split("\n")[:-1]
    return Ended([json.loads(line) for line in lines], os.WIFSIGNALED(status), time.monotonic() - start)


def _work(work: Callable[[Say], None], sink: int) -> None:
    def say(words: Words) -> None:
        os.write(sink, (json.dumps(words) + "\n").encode())

    try:
        work(say)
    except QuizzerError as error:
        say(["sentence", str(error)])
    except BaseException:
        say(["traceback", traceback.format_exc()])
    finally:
        os._exit(0)


def read_log(path: Path) -> Log:
    """Return the whole log in its order, read past quizzer; [] where there is none yet."""
    statement = """SELECT sequence, c.key, step, undone_at IS NOT NULL FROM (
            SELECT card_id, sequence, rating AS step, undone_at FROM reviews
            UNION ALL SELECT card_id, sequence, kind, undone_at FROM card_events
        ) JOIN cards c ON c.id = card_id ORDER BY sequence"""
    if not path.exists() or path.stat().st_size == 0:
        return []
    with closing(sqlite3.connect(path)) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'reviews'").fetchone():
            return []
        return [(row[0], row[1], str(row[2]), bool(row[3])) for row in connection.execute(statement)]


def apply(log: Log, what: str, key: str) -> Log:
    """Return the log after a step: a rating, an event, or "undo"."""
    if what == "undo":
        last = max(index for index, row in enumerate(log) if not row[3] and row[1] == key)
        return [(*row[:3], True) if index == last else row for index, row in enumerate(log)]
    return [*log, (1 + max((row[0] for row in log), default=0), key, what, False)]


def integrity(path: Path) -> str:
    """Return what SQLite's check says of a database: "ok" if it is sound."""
    with closing(sqlite3.connect(path)) as connection:
        answers = connection.execute("PRAGMA integrity_check(1)").fetchall()
        answers += connection.execute("PRAGMA foreign_key_check").fetchall()
    return " ".join(str(answer[0]) for answer in answers)


def damage(path: Path, name: str) -> None:
    """Write nonsense over the first page of a table or an index."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (name,)).fetchone()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xa5" * size)


def make_places(root: Path, data: Path) -> Places:
    """Return places with the database in `data`, the decks and all else in `root`; both are made."""
    data.mkdir(parents=True, exist_ok=True)
    if not (root / "content").exists():
        _write_deck(root / "content" / "decks")
    settings = Settings(content=str(root / "content"), zone="UTC", workspace=str(root / "w"), new_limit=9999)
    return Places(
        settings=settings,
        settings_file=root / "settings.toml",
        database=data / "quizzer.db",
        backups=data / "backups",
        cache=root / "cache",
        workspace=root / "w",
    )


def _write_deck(folder: Path) -> None:
    notes = "".join(
        f"  - id: a{number}\n    level: mid\n    topics: [a{number}-topic]\n"
        f"    source: {{cite: A book 2017, checked: recalled}}\n    q: What is a{number}?\n    a: It is.\n"
        for number in range(1, NOTES + 1)
    )
    folder.mkdir(parents=True)
    (folder / "attention.yaml").write_text(
        f"deck: attention\ntitle: Attention\nnotes:\n{notes}", encoding="utf-8"
    )
