"""Pulling into today's queue the cards that explain what a failed kata has shown."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from quizzer.core.review import EventKind
from quizzer.services.recording import record_event
from quizzer.services.workspace import Workspace
from quizzer.storage.queue import read_pullable

if TYPE_CHECKING:
    from sqlalchemy import Connection


def pull_notes(workspace: Workspace, connection: Connection, now: datetime, note_ids: Iterable[str]) -> int:
    """Pull one card of each note into the queue of the present study day, in the transaction given.

    It is the card that is due, else the first face. Left alone are notes that no deck has,
    that are suspended or buried today, and those that are pulled and wait already.

    Returns:
        How many cards were pulled.
    """
    run, today = connection.exec_driver_sql, workspace.calendar.study_day(now)
    pulled = 0
    for note_id in note_ids:
        card_id = read_pullable(run, today, note_id)
        if card_id is not None:
            record_event(workspace, connection, now, card_id, EventKind.PULL)
            pulled += 1
    return pulled
