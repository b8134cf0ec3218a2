"""Writing the review log: an entry and what follows from it, in the one transaction it is given."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from quizzer.core.queue import QueuedCard
from quizzer.core.rating import quality_of
from quizzer.core.replay import replay
from quizzer.core.review import CardEvent, EventKind, LogEntry, Review
from quizzer.services.question import Grade
from quizzer.services.workspace import Workspace
from quizzer.storage.card_reads import read_memory, read_position
from quizzer.storage.log import (
    append_event,
    append_review,
    mark_undone,
    next_sequence,
    read_entries,
)
from quizzer.storage.states import write_state

if TYPE_CHECKING:
    from sqlalchemy import Connection


def record_review(
    workspace: Workspace,
    connection: Connection,
    now: datetime,
    queued: QueuedCard,
    grade: Grade,
    duration_ms: int,
) -> int:
    """Append a review of the card and bring its state up to date; return the review's sequence."""
    memory = read_memory(connection.exec_driver_sql, queued.card_id)
    if memory is None or workspace.scheduler.takes(queued.kind, grade.rating):
        chosen = workspace.scheduler.review(memory, quality_of(grade.rating, grade.quality))
    else:
        chosen = memory
    review = Review(
        card_id=queued.card_id,
        number=read_position(connection.exec_driver_sql, queued.card_id).number + 1,
        sequence=next_sequence(connection),
        kind=queued.kind,
        rating=grade.rating,
        quality=grade.quality,
        reviewed_at=now,
        zone=workspace.calendar.zone_name,
        study_day=workspace.calendar.study_day(now),
        duration_ms=duration_ms,
        scheduler=workspace.scheduler.name,
        interval_days=chosen.interval_days,
    )
    append_review(connection, review)
    _refresh(workspace, connection, queued.card_id)
    return review.sequence


def record_event(
    workspace: Workspace,
    connection: Connection,
    now: datetime,
    card_id: int,
    kind: EventKind,
    data: str | None = None,
) -> int:
    """Append an event of the card and bring its state up to date; return the event's sequence."""
    event = CardEvent(
        card_id=card_id,
        sequence=next_sequence(connection),
        kind=kind,
        happened_at=now,
        zone=workspace.calendar.zone_name,
        study_day=workspace.calendar.study_day(now),
        data=data,
    )
    append_event(connection, event)
    _refresh(workspace, connection, card_id)
    return event.sequence


def take_back(workspace: Workspace, connection: Connection, card_id: int, sequence: int) -> bool:
    """Mark the card's entry at `sequence` undone; return False if the learner went on from it.

    A pull is nobody's going on: it changes no state, and stays when an answer before it goes.
    """
    steps = [entry.sequence for entry in read_entries(connection, card_id) if not _is_pull(entry)]
    if not steps or steps[-1] != sequence:
        return False
    is_undone = mark_undone(connection, sequence, workspace.now())
    _refresh(workspace, connection, card_id)
    return is_undone


def _is_pull(entry: LogEntry) -> bool:
    return isinstance(entry, CardEvent) and entry.kind is EventKind.PULL


def _refresh(workspace: Workspace, connection: Connection, card_id: int) -> None:
    write_state(connection, card_id, replay(read_entries(connection, card_id), workspace.scheduler))
