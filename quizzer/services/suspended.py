"""Suspended cards: which they are, and bringing them back."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from quizzer.core.review import EventKind
from quizzer.errors import UsageError
from quizzer.services.workspace import Workspace
from quizzer.storage.card_reads import read_suspended


def list_suspended(workspace: Workspace) -> tuple[str, ...]:
    """Return the keys of all suspended cards, sorted."""
    with workspace.database.peeking() as run:
        return tuple(sorted(read_suspended(run).values()))


def unsuspend(workspace: Workspace, keys: Sequence[str]) -> None:
    """Bring suspended cards back into the sessions, all or none.

    Raises:
        UsageError: If a key is not that of a suspended card (the nearest is named).
    """
    from quizzer.services.recording import record_event

    with workspace.database.writing() as connection:
        ids = {key: card_id for card_id, key in read_suspended(connection.exec_driver_sql).items()}
        for key in dict.fromkeys(keys):
            if key not in ids:
                near = difflib.get_close_matches(key, ids, n=1)
                hint = f"did you mean '{near[0]}'?" if near else "'quizzer unsuspend' lists those that are."
                raise UsageError(f"no card '{key}' is suspended; {hint}")
            record_event(workspace, connection, workspace.now(), ids[key], EventKind.UNSUSPEND)
