"""From single answers to figures, in one pass: retention, ratings, hours."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from quizzer.core.rating import Rating
from quizzer.core.stats.activity import DayActivity
from quizzer.core.stats.recall import AGES, Maturity, Recall, maturity_of

YEAR_DAYS = 365
WINDOWS_DAYS = (7, 30, YEAR_DAYS)
MOST_ANSWERS = 60_000  # what is looked at one by one: shares of more would say the same, only later
NEW = -1
NOT_IN_TURN = -2

AnswerRow = tuple[str, str, int, int, int]
"""An answer: study day (ISO), zone, milliseconds since 1970, rating, and the age of its card.

The age is a place in `AGES`, NEW at first sight, NOT_IN_TURN where the card was not due.
"""
HourOf = Callable[[str, int], int]
"""The hour of the wall clock, 0..23, in that zone at that many milliseconds since 1970."""

RatingCounts = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class HourFigures:
    """One hour of the wall clock: answers of every kind, and how due cards were recalled."""

    reviews: int = 0
    recall: Recall = field(default_factory=Recall)


@dataclass(frozen=True, slots=True)
class AnswerFigures:
    """Figures of all answers from the study day `since` on."""

    since: date
    retention: tuple[tuple[int, Recall], ...]
    by_age: tuple[Recall, ...]
    ratings: dict[Maturity, RatingCounts]
    hours: tuple[HourFigures, ...]


def choose_start(days: Sequence[DayActivity]) -> date:
    """Return the first of the days, the oldest first, from which on there are at most 60,000 answers."""
    left = MOST_ANSWERS
    start = days[-1].study_day
    for day in reversed(days):
        left -= day.reviews
        if left < 0:
            break
        start = day.study_day
    return start


def count_answers(rows: Iterable[AnswerRow], since: date, today: date, hour_of: HourOf) -> AnswerFigures:
    """Return the figures of the answers from `since` to `today`; `rows` are of these days."""
    tally = _Tally()
    tally.count(rows, hour_of)
    return tally.figures(since, today)


class _Tally:
    """Counts while the rows go by, in lists: a value made of every row would cost more than the row."""

    def __init__(self) -> None:
        self._due: dict[str, list[int]] = {}  # asked and recalled, by study day
        self._ages = [[0] * len(Rating) for _ in range(len(AGES) + 1)]  # the last is of new cards: NEW is -1
        self._hours = [[0, 0, 0] for _ in range(24)]  # answers, asked, recalled

    def count(self, rows: Iterable[AnswerRow], hour_of: HourOf) -> None:
        for study_day, zone, reviewed_at, rating, age in rows:
            hour = self._hours[hour_of(zone, reviewed_at)]
            hour[0] += 1
            if age == NOT_IN_TURN:
                continue
            self._ages[age][rating - 1] += 1
            if age != NEW:
                due = self._due.setdefault(study_day, [0, 0])
                due[0] += 1
                hour[1] += 1
                if rating > Rating.AGAIN:
                    due[1] += 1
                    hour[2] += 1

    def figures(self, since: date, today: date) -> AnswerFigures:
        ratings = {maturity: [0] * len(Rating) for maturity in Maturity}
        for age, counts in zip((*range(len(AGES)), None), self._ages, strict=True):
            sums = ratings[maturity_of(age)]
            sums[:] = [a + b for a, b in zip(sums, counts, strict=True)]
        return AnswerFigures(
            since=since,
            retention=tuple(
                (days, self._recall_since(today - timedelta(days=days))) for days in WINDOWS_DAYS
            ),
            by_age=tuple(Recall(sum(counts), sum(counts[1:])) for counts in self._ages[:-1]),
            ratings={maturity: _four(counts) for maturity, counts in ratings.items()},
            hours=tuple(HourFigures(total, Recall(asked, right)) for total, asked, right in self._hours),
        )

    def _recall_since(self, before: date) -> Recall:
        """Return the recall on the days after `before`."""
        days = [Recall(*counts) for day, counts in self._due.items() if day > before.isoformat()]
        return sum(days, Recall())


def _four(counts: list[int]) -> RatingCounts:
    again, hard, good, easy = counts
    return again, hard, good, easy
