"""Pulling into today's queue the cards that explain what a failed kata has shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from quizzer.core.queue import Cause
from quizzer.core.review import EventKind
from quizzer.services.recording import record_event
from quizzer.services.workspace import Workspace
from quizzer.storage.queue import data_of_cause, read_pullable

if TYPE_CHECKING:
    from sqlalchemy import Connection


def pull_notes(
    workspace: Workspace, connection: Connection, now: datetime, causes: Mapping[str, Cause]
) -> int:
    """Pull one card of each note of `causes` into the present study day's queue, in the transaction given.

    It is the card that is due, else the first face. Left alone are notes that no deck has,
    that are suspended or buried today, and those that are pulled and wait already.

    Returns:
        How many cards were pulled.
    """
    run, today = connection.exec_driver_sql, workspace.calendar.study_day(now)
    pulled = 0
    for note_id, cause in causes.items():
        card_id = read_pullable(run, today, note_id)
        if card_id is not None:
            record_event(workspace, connection, now, card_id, EventKind.PULL, data_of_cause(cause))
            pulled += 1
    return pulled
