"""All figures of a learner's reviews as one value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from quizzer.core.stats.activity import DayActivity, Streaks
from quizzer.core.stats.answers import AnswerFigures

FORECAST_DAYS = 30


@dataclass(frozen=True, slots=True)
class Statistics:
    """What the log and the schedule say today; `days` are the last 365 study days, the oldest first.

    `forecast` counts the cards due today, overdue ones among them, and on each of the 29
    study days after it; `intervals` the scheduled cards by the spans of `INTERVALS`.
    """

    study_day: date
    days: tuple[DayActivity, ...]
    answers: AnswerFigures
    streaks: Streaks
    forecast: tuple[int, ...]
    intervals: tuple[int, ...]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell: no review ever, no card scheduled."""
        return not (self.streaks.longest_days or any(self.intervals))

    @property
    def has_all_answers(self) -> bool:
        """Whether the figures of the answers are of the whole year."""
        return self.answers.since == self.days[0].study_day

    @property
    def reviews(self) -> int:
        """How many answers the year brought."""
        return sum(day.reviews for day in self.days)

    @property
    def active_days(self) -> int:
        """On how many days of the year there was one."""
        return sum(day.reviews > 0 for day in self.days)

    @property
    def minutes(self) -> float:
        """How many minutes the answers of the year took."""
        return sum(day.minutes for day in self.days)


def forecast_due(due: Iterable[tuple[date, int]], today: date) -> tuple[int, ...]:
    """Return how many cards are due today and on each of the next days; `due` counts them by due day."""
    counts = [0] * FORECAST_DAYS
    for due_on, cards in due:
        days = max(0, (due_on - today).days)
        if days < FORECAST_DAYS:
            counts[days] += cards
    return tuple(counts)
