"""The study day: a learner's day, which starts at a rollover hour in the learner's zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

ROLLOVER_HOURS = range(24)


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant, and the study day that it belongs to."""

    now: datetime
    today: date


def study_day(now: datetime, zone: tzinfo, rollover_hour: int) -> date:
    """Return the study day that the instant `now` belongs to.

    The wall clock decides, not a count of hours: a day of 23 or 25 hours still
    starts at the rollover hour, and a rollover hour that the clock jumps over
    starts the day at the jump.

    Raises:
        ValueError: If `now` is naive or `rollover_hour` is not in 0..23.
    """
    if now.tzinfo is None:
        raise ValueError("now must be aware of its zone")
    if rollover_hour not in ROLLOVER_HOURS:
        raise ValueError(f"rollover_hour must be in 0..23, got {rollover_hour}")
    local = now.astimezone(zone)
    return local.date() if local.hour >= rollover_hour else local.date() - timedelta(days=1)
