"""Rating (four answers) and quality (SM-2's six grades), and how they map."""

from __future__ import annotations

from enum import IntEnum


class Rating(IntEnum):
    """How well a card was recalled; the number is the key that gives it."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


QUALITY_OF_RATING = {Rating.AGAIN: 1, Rating.HARD: 3, Rating.GOOD: 4, Rating.EASY: 5}
_RATINGS = (Rating.AGAIN, Rating.AGAIN, Rating.AGAIN, Rating.HARD, Rating.GOOD, Rating.EASY)  # by quality
# A rating is an index, which is found four times as fast as the key of a mapping.
_QUALITIES_BY_RATING = (0, *(QUALITY_OF_RATING[rating] for rating in Rating))
QUALITIES = range(len(_RATINGS))


def rating_from_quality(quality: int) -> Rating:
    """Return the rating that a grade of 0..5 stands for.

    Raises:
        ValueError: If `quality` is not in 0..5.
    """
    if quality not in QUALITIES:
        raise ValueError(f"quality must be in 0..5, got {quality}")
    return _RATINGS[quality]


def quality_of(rating: Rating, quality: int | None) -> int:
    """Return the grade SM-2 reads: the one that was given, else the rating's."""
    return _QUALITIES_BY_RATING[rating] if quality is None else quality
