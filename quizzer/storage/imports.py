"""What an import reads and marks in the log (plain SQL: see `runner.py`), and the cards that it makes."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from quizzer.storage.instant import from_milliseconds, to_milliseconds
from quizzer.storage.runner import Runner
from quizzer.storage.schema import LEARNER_ID

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class ImportMark:
    """Where an import lies in the log: the places `first` to `sequence`, the mark's own.

    `origin` names the program, `kept` the folder in the archive; "" where no deck file changed.
    """

    first: int
    sequence: int
    origin: str
    kept: str
    happened_at: datetime


def encode_mark(first: int, origin: str, kept: str) -> str:
    """Return what the event of an import carries."""
    return json.dumps({"first": first, "origin": origin, "kept": kept})


def read_last_import(run: Runner) -> ImportMark | None:
    """Return the newest import that stands; None where there is none."""
    rows = run(
        """SELECT sequence, data, happened_at FROM live_card_events
        WHERE learner_id = :learner AND kind = 'import' ORDER BY sequence DESC LIMIT 1""",
        {"learner": LEARNER_ID},
    )
    for sequence, data, happened_at in rows:
        fields = json.loads(data)
        return ImportMark(
            fields["first"], sequence, fields["origin"], fields["kept"], from_milliseconds(happened_at)
        )
    return None


def read_kept_folders(run: Runner) -> set[str]:
    """Return the folders of all imports, those that were taken back too."""
    rows = run(
        "SELECT data FROM card_events WHERE learner_id = :learner AND kind = 'import'",
        {"learner": LEARNER_ID},
    )
    return {json.loads(data)["kept"] for (data,) in rows}


def read_imported_cards(run: Runner, mark: ImportMark) -> list[int]:
    """Return the cards that have live entries of the import."""
    rows = run(
        """SELECT card_id FROM live_reviews WHERE learner_id = :learner AND sequence BETWEEN :first AND :last
        UNION SELECT card_id FROM live_card_events
        WHERE learner_id = :learner AND sequence BETWEEN :first AND :last AND card_id IS NOT NULL""",
        _range(mark),
    )
    return [card_id for (card_id,) in rows]


def read_moved_on(run: Runner, mark: ImportMark) -> str | None:
    """Return the key of a card of the import that was answered or changed since; None without."""
    rows = run(
        """SELECT c.key FROM cards c WHERE c.id IN (
            SELECT card_id FROM live_reviews
            WHERE learner_id = :learner AND sequence BETWEEN :first AND :last
            UNION SELECT card_id FROM live_card_events
            WHERE learner_id = :learner AND sequence BETWEEN :first AND :last)
          AND c.id IN (
            SELECT card_id FROM live_reviews WHERE learner_id = :learner AND sequence > :last
            UNION SELECT card_id FROM live_card_events
            WHERE learner_id = :learner AND sequence > :last AND kind NOT IN ('pull', 'bury'))
        ORDER BY c.key LIMIT 1""",
        _range(mark),
    )
    return next((str(key) for (key,) in rows), None)


def read_answers_since(
    run: Runner, note_ids: Collection[str], place: int, at: datetime | None = None
) -> dict[str, int]:
    """Return how many answers each of the notes got behind that place of the log, and not before `at`.

    Notes without any are left out.
    """
    rows = run(
        """SELECT c.note_id, count(*) FROM live_reviews r JOIN cards c ON c.id = r.card_id
        WHERE r.learner_id = :learner AND r.sequence > :place AND r.reviewed_at >= :at
          AND c.note_id IN (SELECT value FROM json_each(:notes)) GROUP BY c.note_id ORDER BY c.note_id""",
        {
            "learner": LEARNER_ID,
            "place": place,
            "at": to_milliseconds(at) if at else 0,
            "notes": json.dumps(sorted(note_ids)),
        },
    )
    return {str(note_id): int(answers) for note_id, answers in rows}


def has_reschedule(run: Runner, mark: ImportMark) -> bool:
    """Say whether the import changed the scheduler."""
    rows = run(
        """SELECT 1 FROM live_card_events WHERE learner_id = :learner AND kind = 'reschedule'
        AND sequence BETWEEN :first AND :last LIMIT 1""",
        _range(mark),
    )
    return bool(list(rows))


def is_log_empty(run: Runner) -> bool:
    """Say whether the learner has no history at all, undone entries and imports of notes aside."""
    rows = run(
        """SELECT 1 FROM live_reviews WHERE learner_id = :learner
        UNION ALL SELECT 1 FROM live_card_events WHERE learner_id = :learner AND kind != 'import' LIMIT 1""",
        {"learner": LEARNER_ID},
    )
    return not list(rows)


def read_card_ids(run: Runner) -> dict[str, int]:
    """Return the id of every card by its key, orphans and katas included."""
    return {key: card_id for card_id, key in run("SELECT id, key FROM cards", {})}


def read_last_numbers(run: Runner, card_ids: Collection[int]) -> dict[int, int]:
    """Return the number of the last review, undone or not, of each of the cards that has one."""
    rows = run(
        """SELECT card_id, max(number) FROM reviews
        WHERE learner_id = :learner AND card_id IN (SELECT value FROM json_each(:cards)) GROUP BY card_id""",
        {"learner": LEARNER_ID, "cards": json.dumps(list(card_ids))},
    )
    return {card_id: number for card_id, number in rows}


def add_loose_cards(connection: Connection, several: Iterable[tuple[int, str, str]]) -> None:
    """Make cards, given by id, key and note id, that no deck has: katas, notes that may come back."""
    rows = list(several)
    if rows:
        connection.exec_driver_sql("INSERT INTO cards (id, key, note_id) VALUES (?, ?, ?)", rows)


def _range(mark: ImportMark) -> dict[str, object]:
    return {"learner": LEARNER_ID, "first": mark.first, "last": mark.sequence}
