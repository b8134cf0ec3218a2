"""Which scheduler is in force: reschedule events, the newest live one counts (plain SQL: see `runner.py`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from quizzer.core.scheduler_choice import SchedulerChoice
from quizzer.errors import DamagedError
from quizzer.storage.instant import from_milliseconds
from quizzer.storage.runner import Runner
from quizzer.storage.schema import LEARNER_ID

NO_LIMIT = -1  # in SQLite


@dataclass(frozen=True, slots=True)
class Reschedule:
    """A change of the scheduler: its place in the log, and what was chosen; place 0 is before the first."""

    sequence: int = 0
    choice: SchedulerChoice = field(default_factory=SchedulerChoice)
    happened_at: datetime | None = None


def read_reschedules(run: Runner, limit: int = NO_LIMIT) -> list[Reschedule]:
    """Return the newest live reschedules, the newest first; at the end the default scheduler, if they end."""
    rows = run(
        """SELECT sequence, data, happened_at FROM card_events
        WHERE learner_id = :learner AND kind = 'reschedule' AND undone_at IS NULL
        ORDER BY sequence DESC LIMIT :limit""",
        {"learner": LEARNER_ID, "limit": limit},
    )
    found = [Reschedule(sequence, decode_choice(data), from_milliseconds(at)) for sequence, data, at in rows]
    return found if len(found) == limit else [*found, Reschedule()]


def read_sequence(run: Runner) -> int:
    """Return the place of the reschedule in force; 0 where there is none."""
    rows = run(
        """SELECT sequence FROM card_events
        WHERE learner_id = :learner AND kind = 'reschedule' AND undone_at IS NULL
        ORDER BY sequence DESC LIMIT 1""",
        {"learner": LEARNER_ID},
    )
    return next((int(sequence) for (sequence,) in rows), 0)


def encode_choice(choice: SchedulerChoice) -> str:
    """Return what the event of a reschedule carries."""
    return msgspec.json.encode(choice).decode()


def decode_choice(data: str | None) -> SchedulerChoice:
    """Return the choice that an event carries.

    Raises:
        DamagedError: If it is none.
    """
    try:
        return msgspec.json.decode(data or "", type=SchedulerChoice)
    except msgspec.MsgspecError as error:
        raise DamagedError(
            f"a stored change of the scheduler cannot be read ({error}). "
            "Bring back a backup with 'quizzer restore FILE'."
        ) from error
