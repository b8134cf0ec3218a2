"""Reviews put into a workspace's database at once: logs that would take hours to answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import numpy as np

from quizzer.services.replaying import replay_all
from quizzer.services.workspace import Workspace
from quizzer.storage.instant import to_milliseconds
from quizzer.storage.states import write_states
from tests.synthetic_log import Columns

DAYS_KEPT = 500


@dataclass(frozen=True, slots=True)
class Row:
    """A review to store; the log's order is that of the rows."""

    card_id: int
    rating: int
    day: date
    kind: str = "scheduled"
    duration_ms: int = 9000
    is_undone: bool = False


def card_ids(workspace: Workspace) -> list[int]:
    """Return the ids of all cards of decks."""
    with workspace.database.peeking() as run:
        return [card_id for (card_id,) in run("SELECT id FROM cards WHERE deck IS NOT NULL ORDER BY id", {})]


def store_rows(workspace: Workspace, rows: Iterable[Row]) -> None:
    """Append the rows to an empty log at noon of their days, and replay it."""
    numbers: dict[int, int] = {}
    stored = []
    for sequence, row in enumerate(rows, start=1):
        numbers[row.card_id] = number = numbers.get(row.card_id, 0) + 1
        noon = datetime.combine(row.day, time(12), UTC)
        at = to_milliseconds(noon) + sequence
        undone_at = at if row.is_undone else None
        values = (row.card_id, number, sequence, row.kind, row.rating, at, row.day.isoformat())
        stored.append((*values, row.duration_ms, undone_at))
    with workspace.database.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO reviews (learner_id, card_id, number, sequence, kind, rating, reviewed_at,"
            " study_day, duration_ms, undone_at, origin, zone, scheduler, interval_days)"
            " VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'quizzer', 'UTC', 'sm2', 1)",
            stored,
        )
        run = connection.exec_driver_sql
        write_states(connection, replay_all(run, workspace.regime(run)).items())


def store_log(workspace: Workspace, columns: Columns) -> date:
    """Store a synthetic log that ends yesterday, as far as there are cards for it; return its first day."""
    ids = card_ids(workspace)
    begin = workspace.study_day() - timedelta(days=DAYS_KEPT + 1)
    card, rating, day, order = columns
    kept = np.flatnonzero((day <= DAYS_KEPT) & (card < len(ids)))
    kept = kept[np.argsort(order[kept])]
    seen: set[tuple[int, int]] = set()
    rows = []
    for place in kept.tolist():
        today = int(card[place]), int(day[place])
        kind = "drill" if today in seen else "scheduled"
        seen.add(today)
        rows.append(Row(ids[today[0]], int(rating[place]), begin + timedelta(days=today[1]), kind))
    store_rows(workspace, rows)
    return begin
