"""A synthetic learner who answers with all four ratings as FSRS-6 with known parameters foretells."""

from __future__ import annotations

import numpy as np

from quizzer.fsrs import transitions
from quizzer.fsrs.parameters import DEFAULT
from quizzer.fsrs.review_table import Flags, Floats, Ints, ReviewTable
from quizzer.fsrs.transitions import Days, Forecast, Parameters, Ratings

REVIEWS_A_CARD = 12  # on average; their number is geometric
MOST_REVIEWS_A_CARD = 60
DAYS = 365  # over which the cards begin
SHARE_OF_SAME_DAY = 0.5  # of the reviews after an AGAIN
FIRST_RATINGS = (0.3, 0.15, 0.45, 0.1)
RATINGS_OF_RECALLED = (0.0, 0.15, 0.7, 0.15)
Columns = tuple[Ints, Ints, Ints, Ints]  # card, rating, day, order


def draw_log(reviews: int, w: Parameters = DEFAULT, seed: int = 0) -> ReviewTable:
    """Return the table of `draw_columns`."""
    return ReviewTable.from_columns(*draw_columns(reviews, w, seed))


def draw_columns(reviews: int, w: Parameters = DEFAULT, seed: int = 0) -> Columns:
    """Return the columns card, rating, day and order of about `reviews` reviews."""
    draw = np.random.default_rng(seed)
    lengths = draw.geometric(1 / REVIEWS_A_CARD, reviews // REVIEWS_A_CARD).clip(max=MOST_REVIEWS_A_CARD)
    lengths = -np.sort(-lengths)
    day = draw.integers(0, DAYS, len(lengths))
    rating = _ratings(draw, FIRST_RATINGS, len(lengths))
    memory = transitions.first_stability(w, rating).log_stability
    difficulty = transitions.first_difficulty(w, rating).difficulty
    columns = [(np.arange(len(lengths)), rating, day)]
    for number in range(1, int(lengths[0])):
        cards = int(np.count_nonzero(lengths > number))
        memory, difficulty = memory[:cards], difficulty[:cards]
        gap_days = _gaps(draw, rating[:cards], memory)
        before = transitions.forecast(w, memory, gap_days)
        is_recalled = draw.random(cards) < before.retrievability
        rating = np.where(is_recalled, _ratings(draw, RATINGS_OF_RECALLED, cards), np.int8(1))
        day = day[:cards] + gap_days
        memory, difficulty = _after(w, memory, difficulty, gap_days > 0, before, rating)
        columns.append((np.arange(cards), rating, day))
    cards_, ratings, days = (np.concatenate(column).astype(np.int64) for column in zip(*columns, strict=True))
    order = np.empty(len(days), dtype=np.int64)
    order[np.argsort(days, kind="stable")] = np.arange(len(days))  # the columns go review by review
    return cards_, ratings, days, order


def _ratings(draw: np.random.Generator, shares: tuple[float, ...], cards: int) -> Ratings:
    return (draw.choice(4, cards, p=shares) + 1).astype(np.int8)


def _gaps(draw: np.random.Generator, rating: Ratings, memory: Floats) -> Days:
    """Return whole days: about the interval for a retention of 0.9, or none after some of the AGAINs."""
    gap_days = np.maximum(1, np.rint(np.exp(memory) * draw.lognormal(0, 0.5, len(memory)))).clip(max=3650)
    again_today = (rating == 1) & (draw.random(len(rating)) < SHARE_OF_SAME_DAY)
    return np.where(again_today, 0, gap_days).astype(np.int32)


def _after(
    w: Parameters,
    memory: Floats,
    difficulty: Floats,
    is_next_day: Flags,
    before: Forecast,
    rating: Ratings,
) -> tuple[Floats, Floats]:
    """Return log stability and difficulty after a review, computed in all three ways for every card."""
    same_day = transitions.same_day(w, memory, rating).log_stability
    recalled = transitions.recalled(w, memory, difficulty, before, rating).log_stability
    lapsed = transitions.lapsed(w, memory, difficulty, before).log_stability
    next_day = np.where(rating > 1, recalled, lapsed)
    return (
        np.where(is_next_day, next_day, same_day),
        transitions.next_difficulty(w, difficulty, rating).difficulty,
    )
