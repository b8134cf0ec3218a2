"""Writing the review log: an entry and what follows from it, in the one transaction it is given."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from quizzer.core.memory import CardState
from quizzer.core.queue import QueuedCard
from quizzer.core.rating import quality_of
from quizzer.core.replay import replay
from quizzer.core.review import CardEvent, EventKind, LogEntry, Review
from quizzer.services.forecast import Forecast
from quizzer.services.question import Grade
from quizzer.services.workspace import Workspace
from quizzer.storage.browse_reads import data_of_step
from quizzer.storage.card_reads import read_position, read_state
from quizzer.storage.log import (
    append_event,
    append_events,
    append_review,
    mark_events_undone,
    mark_undone,
    next_sequence,
)
from quizzer.storage.log_reads import read_all_entries, read_entries
from quizzer.storage.states import write_state, write_states

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
    run, study_day = connection.exec_driver_sql, workspace.calendar.study_day(now)
    number = read_position(run, queued.card_id).number + 1
    forecast = Forecast(
        workspace.regime(run).scheduler, read_state(run, queued.card_id), queued, number, study_day
    )
    review = Review(
        card_id=queued.card_id,
        number=number,
        sequence=next_sequence(connection),
        kind=queued.kind,
        rating=grade.rating,
        quality=grade.quality,
        reviewed_at=now,
        zone=workspace.calendar.zone_name,
        study_day=study_day,
        duration_ms=duration_ms,
        scheduler=forecast.scheduler.name,
        interval_days=forecast.interval_days(quality_of(grade.rating, grade.quality)),
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


def record_events(
    workspace: Workspace, connection: Connection, now: datetime, card_ids: Sequence[int], kind: EventKind
) -> int:
    """Append one event of each card and bring the states up to date; return the place of the first.

    All of them carry that place, which makes them one step that can be taken back.
    """
    first = next_sequence(connection)
    zone, study_day = workspace.calendar.zone_name, workspace.calendar.study_day(now)
    append_events(
        connection,
        [
            CardEvent(card_id, sequence, kind, now, zone, study_day, data_of_step(first))
            for sequence, card_id in enumerate(card_ids, first)
        ],
    )
    refresh_all(workspace, connection, card_ids)
    return first


def take_back_events(workspace: Workspace, connection: Connection, sequences: Mapping[int, int]) -> list[int]:
    """Mark one event of each card undone, by card id; nothing is where the learner went on with a card.

    Returns:
        The cards that the learner went on with.
    """
    logs = dict(read_all_entries(connection.exec_driver_sql, sequences))
    moved_on = [
        card_id for card_id, sequence in sequences.items() if _last_step(logs.get(card_id, [])) != sequence
    ]
    if not moved_on:
        mark_events_undone(connection, sequences.values(), workspace.now())
        refresh_all(workspace, connection, sequences)
    return moved_on


def take_back(workspace: Workspace, connection: Connection, card_id: int, sequence: int) -> bool:
    """Mark the card's entry at `sequence` undone; return False if the learner went on from it.

    A pull is nobody's going on: it changes no state, and stays when an answer before it goes.
    """
    if _last_step(read_entries(connection.exec_driver_sql, card_id)) != sequence:
        return False
    is_undone = mark_undone(connection, sequence, workspace.now())
    _refresh(workspace, connection, card_id)
    return is_undone


def _last_step(entries: Sequence[LogEntry]) -> int | None:
    return next((entry.sequence for entry in reversed(entries) if not _is_pull(entry)), None)


def _is_pull(entry: LogEntry) -> bool:
    return isinstance(entry, CardEvent) and entry.kind is EventKind.PULL


def _refresh(workspace: Workspace, connection: Connection, card_id: int) -> None:
    run = connection.exec_driver_sql
    write_state(connection, card_id, replay(read_entries(run, card_id), workspace.regime(run)))


def refresh_all(workspace: Workspace, connection: Connection, card_ids: Collection[int]) -> None:
    """Bring the states of several cards up to date with their logs."""
    run = connection.exec_driver_sql
    regime = workspace.regime(run)
    states = {card_id: replay(entries, regime) for card_id, entries in read_all_entries(run, card_ids)}
    write_states(connection, [(card_id, states.get(card_id, CardState())) for card_id in card_ids])
