"""Sittings and attempts: opened, added to, ended; read by plain SQL (see `runner.py`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from quizzer.core.kata import KATA_KEY_PREFIX
from quizzer.core.sitting import Attempt, Ending, Sitting
from quizzer.core.verdict import Verdict
from quizzer.storage.instant import from_milliseconds
from quizzer.storage.runner import Runner
from quizzer.storage.schema import LEARNER_ID
from quizzer.storage.verdict_json import decode_verdict, encode_verdict

if TYPE_CHECKING:
    from sqlalchemy import Connection

_SITTING = """SELECT id, card_id, started_at, study_day, hints, revealed_at, ended_at, ending, review_sequence
    FROM sittings WHERE learner_id = :learner AND card_id = :card"""


@dataclass(frozen=True, slots=True)
class LastAttempt:
    """How a kata last went."""

    status: str
    graded_at: datetime


def open_sitting(connection: Connection, card_id: int, now: datetime, zone: str, study_day: date) -> int:
    """Open a sitting and return its id; at most one is open a card."""
    from sqlalchemy import insert

    from quizzer.storage.tables import sittings

    result = connection.execute(
        insert(sittings)
        .values(
            learner_id=LEARNER_ID,
            card_id=card_id,
            started_at=now,
            zone=zone,
            study_day=study_day,
            hints=0,
        )
        .returning(sittings.c.id)
    )
    return int(result.scalar_one())


def count_hints(connection: Connection, sitting_id: int, hints: int) -> None:
    """Store that `hints` hints were shown."""
    _update(connection, sitting_id, hints=hints)


def mark_revealed(connection: Connection, sitting_id: int, now: datetime) -> None:
    """Store that the reference was shown."""
    _update(connection, sitting_id, revealed_at=now)


def end_sitting(
    connection: Connection, sitting_id: int, ending: Ending, review_sequence: int, now: datetime
) -> None:
    """End a sitting in the review at `review_sequence` of the log."""
    _update(connection, sitting_id, ended_at=now, ending=ending.value, review_sequence=review_sequence)


def reopen_sitting(connection: Connection, sitting_id: int) -> None:
    """Let an ended sitting go on; its review is undone by the caller."""
    _update(connection, sitting_id, ended_at=None, ending=None, review_sequence=None)


def add_attempt(connection: Connection, sitting_id: int, source: str, verdict: Verdict, now: datetime) -> int:
    """Add an attempt to a sitting and return its number, from 1."""
    from sqlalchemy import func, insert, select

    from quizzer.storage.tables import attempts

    last = select(func.max(attempts.c.number)).where(attempts.c.sitting_id == sitting_id)
    number = 1 + int(connection.execute(last).scalar() or 0)
    connection.execute(
        insert(attempts).values(
            sitting_id=sitting_id,
            number=number,
            graded_at=now,
            status=verdict.status.value,
            source=source,
            submission_sha256=verdict.submission_sha256,
            verdict=encode_verdict(verdict),
        )
    )
    return number


def read_open(run: Runner, card_id: int) -> Sitting | None:
    """Return the open sitting of a card, None where there is none."""
    rows = run(f"{_SITTING} AND ended_at IS NULL", {"learner": LEARNER_ID, "card": card_id})
    return next((_sitting(row) for row in rows), None)


def read_last(run: Runner, card_id: int) -> Sitting | None:
    """Return the newest sitting of a card, open or not; None where there is none."""
    rows = run(f"{_SITTING} ORDER BY id DESC LIMIT 1", {"learner": LEARNER_ID, "card": card_id})
    return next((_sitting(row) for row in rows), None)


def read_attempts(run: Runner, sitting_id: int, study_day_of: Callable[[datetime], date]) -> list[Attempt]:
    """Return the attempts of a sitting in their order; `study_day_of` tells the study day of an instant."""
    rows = run(
        "SELECT number, graded_at, source, verdict FROM attempts WHERE sitting_id = :sitting ORDER BY number",
        {"sitting": sitting_id},
    )
    return [_attempt(row, study_day_of) for row in rows]


def read_past_attempts(
    run: Runner, card_id: int, limit: int, study_day_of: Callable[[datetime], date]
) -> list[Attempt]:
    """Return the newest `limit` attempts at a kata, whatever their sitting, the last one first."""
    rows = run(
        """SELECT a.number, a.graded_at, a.source, a.verdict FROM attempts a
        JOIN sittings s ON s.id = a.sitting_id
        WHERE s.learner_id = :learner AND s.card_id = :card ORDER BY a.id DESC LIMIT :limit""",
        {"learner": LEARNER_ID, "card": card_id, "limit": limit},
    )
    return [_attempt(row, study_day_of) for row in rows]


def read_last_verdict(run: Runner, card_id: int) -> Verdict | None:
    """Return the verdict of the newest attempt at a kata, None before the first."""
    rows = run(
        """SELECT a.verdict FROM attempts a JOIN sittings s ON s.id = a.sitting_id
        WHERE s.learner_id = :learner AND s.card_id = :card ORDER BY a.id DESC LIMIT 1""",
        {"learner": LEARNER_ID, "card": card_id},
    )
    return next((decode_verdict(verdict) for (verdict,) in rows), None)


def read_last_attempts(run: Runner) -> dict[str, LastAttempt]:
    """Return how each kata last went, by slug."""
    rows = run(
        """SELECT c.key, a.status, a.graded_at FROM attempts a
        JOIN sittings s ON s.id = a.sitting_id JOIN cards c ON c.id = s.card_id
        WHERE s.learner_id = :learner AND a.id = (
            SELECT max(b.id) FROM attempts b JOIN sittings t ON t.id = b.sitting_id
            WHERE t.card_id = s.card_id AND t.learner_id = :learner)""",
        {"learner": LEARNER_ID},
    )
    return {
        key.removeprefix(KATA_KEY_PREFIX): LastAttempt(status, from_milliseconds(graded_at))
        for key, status, graded_at in rows
    }


def _update(connection: Connection, sitting_id: int, **values: object) -> None:
    from sqlalchemy import update

    from quizzer.storage.tables import sittings

    connection.execute(update(sittings).where(sittings.c.id == sitting_id).values(**values))


def _attempt(row: Any, study_day_of: Callable[[datetime], date]) -> Attempt:
    number, graded_at, source, verdict = row
    instant = from_milliseconds(graded_at)
    return Attempt(number, instant, study_day_of(instant), source, decode_verdict(verdict))


def _sitting(row: Any) -> Sitting:
    id_, card_id, started_at, study_day, hints, revealed_at, ended_at, ending, review_sequence = row
    return Sitting(
        id=id_,
        card_id=card_id,
        started_at=from_milliseconds(started_at),
        study_day=date.fromisoformat(study_day),
        hints=hints,
        revealed_at=None if revealed_at is None else from_milliseconds(revealed_at),
        ended_at=None if ended_at is None else from_milliseconds(ended_at),
        ending=None if ending is None else Ending(ending),
        review_sequence=review_sequence,
    )
