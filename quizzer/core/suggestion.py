"""The rating that an answer suggests; the learner decides."""

from __future__ import annotations

from quizzer.core.rating import Rating


def suggest_from_points(ticked: int, total: int) -> Rating:
    """Return the rating that ticking `ticked` of `total` points suggests."""
    if ticked >= total:
        return Rating.GOOD
    return Rating.HARD if 2 * ticked >= total else Rating.AGAIN


def suggest_from_check(is_right: bool) -> Rating:
    """Return the rating that a checked answer suggests."""
    return Rating.GOOD if is_right else Rating.AGAIN
