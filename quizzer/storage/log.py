"""Writing the review log: appended to, marked undone; nothing is ever changed or deleted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, bindparam, update

from quizzer.core.review import ORIGIN_QUIZZER, CardEvent, Review
from quizzer.storage.instant import to_milliseconds
from quizzer.storage.log_reads import read_next_sequence
from quizzer.storage.schema import LEARNER_ID
from quizzer.storage.tables import card_events, reviews
from quizzer.storage.types import to_stored

Row = tuple[Any, ...]
_REVIEW = """INSERT INTO reviews (learner_id, card_id, number, sequence, kind, origin, rating, quality,
    reviewed_at, zone, study_day, duration_ms, scheduler, interval_days)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_SEQUENCE = 3  # of the values
_EVENT = """INSERT INTO card_events (learner_id, card_id, sequence, kind, origin, happened_at, zone,
    study_day, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"""


def next_sequence(connection: Connection) -> int:
    """Return the next place in the learner's log; safe inside a writing transaction only."""
    return read_next_sequence(connection.exec_driver_sql)


def append_review(connection: Connection, review: Review) -> None:
    """Append `review`."""
    append_reviews(connection, [review])


def append_reviews(connection: Connection, several: Iterable[Review]) -> None:
    """Append several reviews."""
    append_review_rows(connection, [review_row(review) for review in several])


def append_event(connection: Connection, event: CardEvent) -> None:
    """Append `event`."""
    append_events(connection, [event])


def append_events(connection: Connection, events: Iterable[CardEvent], origin: str = ORIGIN_QUIZZER) -> None:
    """Append several events; `origin` names the program that they come from."""
    append_event_rows(connection, [event_row(event, origin) for event in events])


def append_review_rows(connection: Connection, rows: list[Row]) -> None:
    """Append reviews that are rows already: a hundred thousand take half a second of the lock."""
    if rows:
        connection.exec_driver_sql(_REVIEW, rows)


def append_event_rows(connection: Connection, rows: list[Row]) -> None:
    """Append events that are rows already."""
    if rows:
        connection.exec_driver_sql(_EVENT, rows)


def mark_events_undone(connection: Connection, sequences: Iterable[int], now: datetime) -> None:
    """Mark the events at these places undone."""
    rows = [{"place": sequence} for sequence in sequences]
    if rows:
        connection.execute(
            update(card_events)
            .where(card_events.c.learner_id == LEARNER_ID, card_events.c.sequence == bindparam("place"))
            .values(undone_at=now),
            rows,
        )


def mark_undone(connection: Connection, sequence: int, now: datetime) -> bool:
    """Mark the live entry at `sequence` undone; return whether there was one."""
    changed = 0
    for table in (reviews, card_events):
        changed += connection.execute(
            update(table)
            .where(
                table.c.learner_id == LEARNER_ID, table.c.sequence == sequence, table.c.undone_at.is_(None)
            )
            .values(undone_at=now)
        ).rowcount
    return changed > 0


def mark_range_undone(connection: Connection, first: int, last: int, now: datetime) -> int:
    """Mark all live entries from the place `first` to `last` undone; return how many reviews there were."""
    counts = [
        connection.execute(
            update(table)
            .where(
                table.c.learner_id == LEARNER_ID,
                table.c.sequence.between(first, last),
                table.c.undone_at.is_(None),
            )
            .values(undone_at=now)
        ).rowcount
        for table in (reviews, card_events)
    ]
    return counts[0]


def review_row(review: Review) -> Row:
    """Return a review as the log keeps it."""
    return (
        LEARNER_ID,
        review.card_id,
        review.number,
        review.sequence,
        review.kind.value,
        review.origin,
        review.rating.value,
        review.quality,
        to_milliseconds(review.reviewed_at),
        review.zone,
        review.study_day.isoformat(),
        review.duration_ms,
        review.scheduler,
        to_stored(review.interval_days),
    )


def in_log_order(rows: list[Row]) -> list[Row]:
    """Return rows of reviews by their places in the log."""
    return sorted(rows, key=itemgetter(_SEQUENCE))


def event_row(event: CardEvent, origin: str) -> Row:
    """Return an event as the log keeps it."""
    return (
        LEARNER_ID,
        event.card_id,
        event.sequence,
        event.kind.value,
        origin,
        to_milliseconds(event.happened_at),
        event.zone,
        event.study_day.isoformat(),
        event.data,
    )
