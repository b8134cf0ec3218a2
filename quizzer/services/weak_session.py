"""A session on the weakest topics alone."""

from __future__ import annotations

from collections.abc import Sequence

from quizzer.services.review import ReviewSession
from quizzer.services.selection import Selection
from quizzer.services.workspace import Workspace


def open_weak_session(workspace: Workspace, topics: Sequence[str]) -> ReviewSession:
    """Return a session on what today brings of these topics; a cram of all their cards where that is nothing.

    Raises:
        UsageError: If no card is on them.
        ClockError: If the clock stands behind the last answer.
    """
    selection = Selection(topics=tuple(topics))
    session = ReviewSession(workspace, selection)
    session.check_clock()
    question, _ = session.look()
    return session if question is not None else ReviewSession(workspace, selection, is_cram=True)
