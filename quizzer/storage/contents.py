"""What a database file holds, read past its schema: that of a backup may be older, or newer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from quizzer.storage.file import check_file, open_read_only


@dataclass(frozen=True, slots=True)
class Contents:
    """A database in figures; `reviews` are those that were not undone."""

    reviews: int
    cards: int
    schema: int


def read_contents(path: Path) -> Contents:
    """Count what the database at `path` holds.

    Raises:
        StorageError: If it cannot be read, or is no database of quizzer.
    """
    check_file(path)
    with open_read_only(path) as connection:
        (schema,) = connection.execute("PRAGMA user_version").fetchone()
        (reviews,) = connection.execute("SELECT count(*) FROM reviews WHERE undone_at IS NULL").fetchone()
        (cards,) = connection.execute("SELECT count(*) FROM cards").fetchone()
    return Contents(reviews, cards, schema)
