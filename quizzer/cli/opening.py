"""Opening the workspace for a command."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from quizzer.services.places import Places
from quizzer.services.workspace import Workspace, open_workspace


@contextmanager
def opened_workspace(places: Places | None = None) -> Iterator[Workspace]:
    """Give the open workspace, by default at the places found; at the end what it has to tell goes to stderr.

    Raises:
        QuizzerError: If settings, content or database cannot be used.
    """
    with open_workspace(places) as workspace:
        try:
            yield workspace
        finally:
            tell(workspace.notices)


def tell(notices: Iterable[str]) -> None:
    """Print sentences to stderr."""
    for notice in notices:
        print(f"quizzer: {notice}", file=sys.stderr)
