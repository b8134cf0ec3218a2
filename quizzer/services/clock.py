"""The clock and the learner's zone: the one place where quizzer asks what time it is."""

from __future__ import annotations

import zoneinfo
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Protocol

from quizzer.core.study_day import Moment, study_day
from quizzer.errors import SettingsError


class Clock(Protocol):
    """Tells the time; tests bring their own."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""


class SystemClock:
    """The computer's clock."""

    def now(self) -> datetime:
        """Return the present instant in UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Calendar:
    """When the learner's days start: a zone, its name, and the rollover hour."""

    zone: tzinfo
    zone_name: str
    rollover_hour: int

    def study_day(self, now: datetime) -> date:
        """Return the study day of the instant `now`."""
        return study_day(now, self.zone, self.rollover_hour)

    def moment(self, now: datetime) -> Moment:
        """Return the instant `now` with its study day."""
        return Moment(now, self.study_day(now))


def make_calendar(zone_name: str, rollover_hour: int) -> Calendar:
    """Return the calendar of a zone by its IANA name; "" is the system's zone.

    Raises:
        SettingsError: If there is no such zone.
    """
    if not zone_name:
        import tzlocal

        try:
            zone = tzlocal.reload_localzone()  # not the one remembered: a laptop travels
        except (LookupError, ValueError, OSError) as error:
            raise SettingsError(
                f"the computer's time zone cannot be told ({_said(error)}). "
                "Name yours with the setting 'zone', as in zone = \"Europe/Berlin\"."
            ) from error
        return Calendar(zone, str(zone), rollover_hour)
    try:
        return Calendar(zoneinfo.ZoneInfo(zone_name), zone_name, rollover_hour)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise SettingsError(
            f"setting 'zone' (or QUIZZER_ZONE): there is no time zone {zone_name!r}; "
            "a name such as 'Europe/Berlin' was expected."
        ) from error


def _said(error: Exception) -> str:
    """Return what an error says on one line; a LookupError as text would be its words in quotes."""
    text = str(error.args[0]) if isinstance(error, LookupError) and error.args else str(error)
    return " ".join(text.split()).rstrip(".")
