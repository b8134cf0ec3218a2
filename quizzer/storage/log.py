"""The review log: appended to, marked undone, read in its one order; nothing is ever changed or deleted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from sqlalchemy import ColumnElement, Connection, RowMapping, Table, func, select, update

from quizzer.core.rating import Rating
from quizzer.core.review import ORIGIN_QUIZZER, CardEvent, LogEntry, Review
from quizzer.storage.schema import LEARNER_ID
from quizzer.storage.tables import card_events, reviews


def next_sequence(connection: Connection) -> int:
    """Return the next place in the learner's log; safe inside a writing transaction only."""
    last = [
        connection.execute(
            select(func.max(table.c.sequence)).where(table.c.learner_id == LEARNER_ID)
        ).scalar()
        for table in (reviews, card_events)
    ]
    return 1 + max(sequence or 0 for sequence in last)


def append_review(connection: Connection, review: Review) -> None:
    """Append `review`."""
    connection.execute(
        reviews.insert().values(
            learner_id=LEARNER_ID,
            card_id=review.card_id,
            number=review.number,
            sequence=review.sequence,
            kind=review.kind,
            origin=review.origin,
            rating=int(review.rating),
            quality=review.quality,
            reviewed_at=review.reviewed_at,
            zone=review.zone,
            study_day=review.study_day,
            duration_ms=review.duration_ms,
            scheduler=review.scheduler,
            interval_days=review.interval_days,
        )
    )


def append_event(connection: Connection, event: CardEvent) -> None:
    """Append `event`."""
    connection.execute(
        card_events.insert().values(
            learner_id=LEARNER_ID,
            card_id=event.card_id,
            sequence=event.sequence,
            kind=event.kind,
            origin=ORIGIN_QUIZZER,
            happened_at=event.happened_at,
            zone=event.zone,
            study_day=event.study_day,
            data=event.data,
        )
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


def read_entries(connection: Connection, card_id: int) -> list[LogEntry]:
    """Return the live entries of one card, in log order."""
    rated = connection.execute(select(reviews).where(*_live(reviews), *_of_card(reviews, card_id))).mappings()
    events = connection.execute(
        select(card_events).where(*_live(card_events), *_of_card(card_events, card_id))
    ).mappings()
    entries: list[LogEntry] = [*map(_review, rated), *map(_event, events)]
    return sorted(entries, key=attrgetter("sequence"))


def read_all_entries(connection: Connection) -> Iterator[tuple[int, list[LogEntry]]]:
    """Yield (card id, its live entries in log order) for every card that has any."""
    events: dict[int, list[LogEntry]] = {}
    for row in connection.execute(select(card_events).where(*_live(card_events))).mappings():
        events.setdefault(row["card_id"], []).append(_event(row))
    rated = connection.execute(select(reviews).where(*_live(reviews)).order_by(reviews.c.card_id)).mappings()
    for card_id, group in groupby(map(_review, rated), key=attrgetter("card_id")):
        yield card_id, sorted([*group, *events.pop(card_id, [])], key=attrgetter("sequence"))
    for card_id, rest in events.items():
        yield card_id, sorted(rest, key=attrgetter("sequence"))


def _of_card(table: Table, card_id: int) -> tuple[ColumnElement[bool], ...]:
    return table.c.learner_id == LEARNER_ID, table.c.card_id == card_id


def _live(table: Table) -> tuple[ColumnElement[bool], ...]:
    return table.c.learner_id == LEARNER_ID, table.c.undone_at.is_(None)


def _review(row: RowMapping) -> Review:
    return Review(
        card_id=row["card_id"],
        number=row["number"],
        sequence=row["sequence"],
        kind=row["kind"],
        rating=Rating(row["rating"]),
        quality=row["quality"],
        reviewed_at=row["reviewed_at"],
        zone=row["zone"],
        study_day=row["study_day"],
        duration_ms=row["duration_ms"],
        scheduler=row["scheduler"],
        interval_days=row["interval_days"],
        origin=row["origin"],
    )


def _event(row: RowMapping) -> CardEvent:
    return CardEvent(
        card_id=row["card_id"],
        sequence=row["sequence"],
        kind=row["kind"],
        happened_at=row["happened_at"],
        zone=row["zone"],
        study_day=row["study_day"],
        data=row["data"],
    )
