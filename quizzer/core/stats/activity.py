"""How much was done on which study day: days, streaks, and the shades of a heatmap."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

SHADES = 4  # of days on which something was done; shade 0 is none
DAY = timedelta(days=1)
WEEKDAYS = ("Mon", "", "Wed", "", "Fri", "", "Sun")  # as a heatmap names its rows
WEEK_DAYS = len(WEEKDAYS)


@dataclass(frozen=True, slots=True)
class DayActivity:
    """What a study day brought: reviews of every kind, and the time that their answers took."""

    study_day: date
    reviews: int = 0
    seconds: float = 0.0

    @property
    def minutes(self) -> float:
        """The time in minutes."""
        return self.seconds / 60


@dataclass(frozen=True, slots=True)
class Streaks:
    """Study days in a row with a review: the run that goes on now, and the longest ever."""

    current_days: int = 0
    longest_days: int = 0


def fill_days(found: Mapping[date, DayActivity], first: date, last: date) -> tuple[DayActivity, ...]:
    """Return every day from `first` to `last`; those that were not found brought nothing."""
    days = [first + place * DAY for place in range((last - first).days + 1)]
    return tuple(found.get(day, DayActivity(day)) for day in days)


def count_streaks(study_days: Iterable[date], today: date) -> Streaks:
    """Return the streaks of the days on which there were reviews.

    A day that is not over breaks nothing: without a review today, the run that ended yesterday goes on.
    Days after `today` do not count.
    """
    current = longest = 0
    before: date | None = None
    for day in sorted({day for day in study_days if day <= today}):
        current = current + 1 if before is not None and day - before == DAY else 1
        longest = max(longest, current)
        before = day
    goes_on = before is not None and today - before <= DAY
    return Streaks(current if goes_on else 0, longest)


def week_starts(days: Sequence[DayActivity]) -> list[date]:
    """Return the Monday of each week that the days are in, from the first to the last."""
    first, last = days[0].study_day, days[-1].study_day
    first -= first.weekday() * DAY
    return [first + back * DAY for back in range(0, (last - first).days + 1, WEEK_DAYS)]


def month_starts(weeks: Sequence[date]) -> list[tuple[int, date]]:
    """Return the columns of weeks above which a month is named, each with its week."""
    starts = [
        (place, week)
        for place, week in enumerate(weeks)
        if place == 0 or week.month != weeks[place - 1].month
    ]
    # The first column may be the last week of its month: its name would cover the next one.
    is_short = len(weeks) > 3 and weeks[2].month != weeks[0].month
    return starts[1:] if is_short else starts


def shade_days(reviews: Sequence[int]) -> list[int]:
    """Return a shade for each day: 0 for none, then 1 to 4 for the quarters of the active days.

    Ranks decide, not the highest count, so that one day of an import does not pale all others.
    """
    active = sorted(count for count in reviews if count)
    return [-(-SHADES * bisect_right(active, count) // len(active)) if count else 0 for count in reviews]
