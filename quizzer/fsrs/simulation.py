"""The months to come: a learner who forgets as FSRS-6 says, day by day, under a plan."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quizzer.core.habits import Habits
from quizzer.core.rating import Rating
from quizzer.core.scheduling.base import MAXIMUM_DUE_DAYS
from quizzer.fsrs import transitions
from quizzer.fsrs.formulas import Formulas
from quizzer.fsrs.review_table import Floats
from quizzer.fsrs.transitions import DifficultyChange, Parameters

Ints = npt.NDArray[np.int64]
NEVER = 2**31


@dataclass(frozen=True, slots=True)
class Standing:
    """Cards that were seen before day 0, an entry a card.

    `stability_days` and `difficulty` are FSRS's; `seen_day` is the day of the last
    review, at most 0 and negative in the past.
    """

    stability_days: tuple[float, ...] = ()
    difficulty: tuple[float, ...] = ()
    seen_day: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What is tried out: the share of cards to be recalled when due, and limits a day."""

    desired_retention: float
    new_a_day: int
    reviews_a_day: int


@dataclass(frozen=True, slots=True)
class Course:
    """What a plan brings, day by day.

    `known` is how many cards would be recalled if all were asked at the day's end.
    `reviews` counts the first answer to a card on a day, new cards among them.
    """

    plan: Plan
    reviews: tuple[int, ...]
    minutes: tuple[float, ...]
    known: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Setting:
    """Where all plans start: the cards seen, how many there are to see, who learns them, for how long."""

    standing: Standing
    new_cards: int
    habits: Habits
    parameters: Parameters
    days: int


def simulate(setting: Setting, plan: Plan, seed: int) -> Course:
    """Return the course from today, day 0, on; the same seed gives the same course.

    The plan schedules all cards anew first, as a change of the scheduler does. A card is rated once a
    day: what learning steps add to its stability on the same day is left out.
    """
    habits = setting.habits
    cards = _Cards(setting.standing, setting.new_cards, setting.parameters, plan.desired_retention)
    draw = np.random.default_rng(seed)
    reviews, minutes, known = [], [], []
    for day in range(setting.days):
        due = cards.due(day, plan.reviews_a_day)
        fresh = cards.fresh(plan.new_a_day)
        due_ratings = _draw_ratings(draw, cards.retrievability(due, day), habits)
        fresh_ratings = _choose(draw, np.array(habits.first_shares), len(fresh)) + 1
        cards.review(due, due_ratings, day)
        cards.introduce(fresh, fresh_ratings, day)
        reviews.append(len(due) + len(fresh))
        seconds = np.array(habits.seconds)[np.concatenate([due_ratings, fresh_ratings]) - 1]
        minutes.append(float(seconds.sum()) / 60)
        known.append(float(cards.retrievability(cards.seen, day).sum()))
    return Course(plan, tuple(reviews), tuple(minutes), tuple(known))


class _Cards:
    """All cards, those seen before first; a card not yet seen is due on no day."""

    def __init__(
        self, standing: Standing, new_cards: int, parameters: Parameters, desired_retention: float
    ) -> None:
        self._w = tuple(parameters)
        # An interval is this many times the stability.
        self._stretch = Formulas(self._w).interval(1.0, desired_retention)
        self._seen = len(standing.seen_day)
        self._log_stability = np.concatenate([np.log(standing.stability_days), np.zeros(new_cards)])
        self._difficulty = np.concatenate([np.array(standing.difficulty), np.ones(new_cards)])
        self._seen_day = np.array([*standing.seen_day, *[0] * new_cards], dtype=np.int64)
        self._due_day = np.full(len(self._seen_day), NEVER)
        self._schedule(self.seen)

    @property
    def seen(self) -> Ints:
        """The cards that were seen."""
        return np.arange(self._seen)

    def due(self, day: int, limit: int) -> Ints:
        """Return the cards due by `day`, the longest due first, at most `limit`."""
        due = np.flatnonzero(self._due_day[: self._seen] <= day)
        return due[np.argsort(self._due_day[due], kind="stable")][:limit]

    def fresh(self, limit: int) -> Ints:
        """Return the next cards to be introduced."""
        return np.arange(self._seen, min(self._seen + limit, len(self._due_day)))

    def retrievability(self, cards: Ints, day: int) -> Floats:
        """Return the chance that each of the cards is recalled on `day`."""
        return self._forecast(cards, day).retrievability

    def introduce(self, cards: Ints, ratings: Ints, day: int) -> None:
        """Answer cards for the first time."""
        rated = ratings.astype(np.int8)
        self._log_stability[cards] = transitions.first_stability(self._w, rated).log_stability
        self._place(cards, transitions.first_difficulty(self._w, rated), day)
        self._seen += len(cards)

    def review(self, cards: Ints, ratings: Ints, day: int) -> None:
        """Answer cards that were seen on earlier days."""
        rated = ratings.astype(np.int8)
        difficulty = transitions.next_difficulty(self._w, self._difficulty[cards], rated)
        is_passed = rated > Rating.AGAIN
        passed, failed = cards[is_passed], cards[~is_passed]
        after_pass = transitions.recalled(self._w, *self._memory(passed, day), rated[is_passed])
        after_lapse = transitions.lapsed(self._w, *self._memory(failed, day))
        self._log_stability[passed] = after_pass.log_stability
        self._log_stability[failed] = after_lapse.log_stability
        self._place(cards, difficulty, day)

    def _memory(self, cards: Ints, day: int) -> tuple[Floats, Floats, transitions.Forecast]:
        return self._log_stability[cards], self._difficulty[cards], self._forecast(cards, day)

    def _forecast(self, cards: Ints, day: int) -> transitions.Forecast:
        gap_days = (day - self._seen_day[cards]).astype(np.int32)
        return transitions.forecast(self._w, self._log_stability[cards], gap_days)

    def _place(self, cards: Ints, difficulty: DifficultyChange, day: int) -> None:
        self._difficulty[cards] = difficulty.difficulty
        self._seen_day[cards] = day
        self._schedule(cards)

    def _schedule(self, cards: Ints) -> None:
        days = np.maximum(1, np.rint(self._stretch * np.exp(self._log_stability[cards])))
        self._due_day[cards] = self._seen_day[cards] + np.minimum(days, MAXIMUM_DUE_DAYS).astype(np.int64)


def _draw_ratings(draw: np.random.Generator, retrievability: Floats, habits: Habits) -> Ints:
    """Return AGAIN for a card that is forgotten, else HARD, GOOD or EASY as the learner rates."""
    is_recalled = draw.random(len(retrievability)) < retrievability
    passed = _choose(draw, np.array(habits.passed_shares), len(retrievability)) + int(Rating.HARD)
    return np.where(is_recalled, passed, int(Rating.AGAIN))


def _choose(draw: np.random.Generator, shares: Floats, count: int) -> Ints:
    return np.asarray(draw.choice(len(shares), size=count, p=shares / shares.sum()), dtype=np.int64)
