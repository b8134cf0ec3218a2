"""Where another program has placed a card: the state in which it comes, which no review of ours led to."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Placement:
    """The schedule of a card as another program had it; what it did not know is None.

    `ease_factor` is in hundredths, `stability` in days, `difficulty` from 1 to 10. `lapses` counts all
    that the other program has seen, of which the log may hold fewer.
    """

    due_on: date
    interval_days: int
    ease_factor: int | None = None
    repetitions: int | None = None
    stability: float | None = None
    difficulty: float | None = None
    lapses: int | None = None

    @property
    def began_on(self) -> date:
        """The day from which the interval counts."""
        return self.due_on - timedelta(days=min(self.interval_days, (self.due_on - date.min).days))


def encode_placement(placement: Placement) -> str:
    """Return what the event of a placement carries; what is None is left out."""
    fields = {
        "due_on": placement.due_on.isoformat(),
        "interval_days": placement.interval_days,
        "ease_factor": placement.ease_factor,
        "repetitions": placement.repetitions,
        "stability": placement.stability,
        "difficulty": placement.difficulty,
        "lapses": placement.lapses,
    }
    return json.dumps({name: value for name, value in fields.items() if value is not None})


def decode_placement(data: str | None) -> Placement:
    """Return the placement that an event carries.

    Raises:
        ValueError: If it is none.
    """
    try:
        fields = json.loads(data or "")
        return Placement(**{**fields, "due_on": date.fromisoformat(fields["due_on"])})
    except (LookupError, TypeError) as error:
        raise ValueError(f"{data!r} is no placement") from error
