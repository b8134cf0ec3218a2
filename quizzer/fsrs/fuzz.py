"""Fuzz: intervals moved a little, so that cards learnt together part; the same in every replay."""

from __future__ import annotations

import hashlib
from functools import lru_cache

LEAST_FUZZED_DAYS = 2.5
# How far an interval may move: a day, and these shares of its parts. As in Anki and py-fsrs.
BANDS = ((2.5, 7.0, 0.15), (7.0, 20.0, 0.10), (20.0, float("inf"), 0.05))


def fuzz(interval_days: int, card_id: int, number: int, maximum_days: int) -> int:
    """Return the interval, moved by what is drawn from the card and the number of its review.

    All grades of one review are moved alike, so that a longer interval never becomes the shorter one.
    """
    if interval_days < LEAST_FUZZED_DAYS:
        return interval_days
    low, high = _range(interval_days, maximum_days)
    return low + int(_draw(card_id, number) * (high - low + 1)) if low < high else min(interval_days, high)


@lru_cache(maxsize=4096)  # a replay asks for the same intervals over and over
def _range(interval_days: int, maximum_days: int) -> tuple[int, int]:
    margin = 1 + sum(share * max(0.0, min(interval_days, end) - start) for start, end, share in BANDS)
    return max(2, round(interval_days - margin)), min(maximum_days, round(interval_days + margin))


def _draw(card_id: int, number: int) -> float:
    """Return a number in [0, 1) that the review alone decides."""
    digest = hashlib.blake2b(f"{card_id}/{number}".encode(), digest_size=6).digest()
    return int.from_bytes(digest, "big") / 2**48
