"""Which of the automatic backups are kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

DAILY = 7
WEEKLY = 4


def outdated(days: Iterable[date], today: date) -> frozenset[date]:
    """Return the study days whose backups are no longer kept.

    Kept are the `DAILY` newest and, of the older ones, the `WEEKLY` newest that are the last
    of their ISO week. Days after `today` come from a clock that was ahead: they are kept, and
    take no place from the others.
    """
    newest_first = sorted({day for day in days if day <= today}, reverse=True)
    last_of_week: dict[tuple[int, int], date] = {}
    for day in newest_first:
        last_of_week.setdefault(day.isocalendar()[:2], day)
    older = newest_first[DAILY:]
    weekly = [day for day in older if last_of_week[day.isocalendar()[:2]] == day]
    return frozenset(older) - frozenset(weekly[:WEEKLY])
