"""True retention: which share of due cards was recalled, in a span of days or by the age of a card."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum

ENOUGH_ANSWERS = 20  # below, a share says more of chance than of the learner


@dataclass(frozen=True, slots=True)
class Recall:
    """How many due cards were asked, and how many of them were recalled (all but AGAIN)."""

    asked: int = 0
    recalled: int = 0

    @property
    def share(self) -> float | None:
        """The share that was recalled; None where nothing was asked."""
        return self.recalled / self.asked if self.asked else None

    @property
    def is_enough(self) -> bool:
        """Whether there are enough answers for the share to tell something."""
        return self.asked >= ENOUGH_ANSWERS

    def __add__(self, other: Recall) -> Recall:
        """Return the sum."""
        return Recall(self.asked + other.asked, self.recalled + other.recalled)


@dataclass(frozen=True, slots=True)
class Span:
    """Intervals of `first` to `last` days; None is without an end."""

    first: int
    last: int | None

    def __str__(self) -> str:
        """Return it as a learner reads it."""
        if self.last is None:
            return f"{self.first}+ d"
        return f"{self.first} d" if self.first == self.last else f"{self.first}-{self.last} d"


def make_spans(*starts: int) -> tuple[Span, ...]:
    """Return the spans that begin at these days, the last one without an end."""
    ends = (*(start - 1 for start in starts[1:]), None)
    return tuple(Span(first, last) for first, last in zip(starts, ends, strict=True))


AGES = make_spans(0, 7, 21, 90)
"""The ages of cards: the interval that a card had come through when it was asked."""
INTERVALS = make_spans(0, 1, 2, 4, 7, 14, 21, 45, 90, 180, 365, 730)
"""The bars of the histogram of present intervals; 0 is a learning step."""
YOUNG_AGES = 2  # how many of the ages are young; Anki draws the line at 21 days, too


class Maturity(StrEnum):
    """How long a card has been known."""

    NEW = "new"
    YOUNG = "young"
    MATURE = "mature"


def place_in(spans: tuple[Span, ...], interval_days: int) -> int:
    """Return which span the interval belongs to; one below the first counts for the first."""
    return max(0, bisect_right([span.first for span in spans], interval_days) - 1)


def maturity_of(age: int | None) -> Maturity:
    """Return how long a card of that age (its place in `AGES`, None when new) has been known."""
    if age is None:
        return Maturity.NEW
    return Maturity.YOUNG if age < YOUNG_AGES else Maturity.MATURE
