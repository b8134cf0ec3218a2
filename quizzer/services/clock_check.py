"""Refusing a clock that stands behind the last answer: what follows would be dated before it."""

from __future__ import annotations

from datetime import timedelta

from quizzer.errors import ClockError
from quizzer.services.workspace import Workspace
from quizzer.storage.card_reads import read_last_instant

CLOCK_TOLERANCE = timedelta(minutes=10)  # what setting a clock by the network may move it


def check_clock(workspace: Workspace, way_on: str) -> None:
    """Refuse a clock that stands behind the last answer; `way_on` is the command that goes on all the same.

    Raises:
        ClockError: If it does, by more than setting it by the network explains.
    """
    with workspace.database.peeking() as run:
        last = read_last_instant(run)
    now = workspace.now()
    if last is not None and now < last - CLOCK_TOLERANCE:
        zone = workspace.calendar.zone
        raise ClockError(
            f"the clock shows {now.astimezone(zone):%Y-%m-%d %H:%M}, but the last answer was given on "
            f"{last.astimezone(zone):%Y-%m-%d %H:%M}. Set the clock, then start again; if it is right "
            f"now, go on with '{way_on} --clock-is-right'."
        )
