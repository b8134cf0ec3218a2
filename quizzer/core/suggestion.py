"""The rating that an answer suggests; the learner decides."""

from __future__ import annotations

from quizzer.core.rating import Rating


def suggest_from_points(ticked: int, total: int) -> Rating | None:
    """Return the rating that ticking `ticked` of `total` points suggests; None if none was ticked.

    Ticking nothing may mean that nothing was said, or that the learner does not tick.
    """
    if ticked == 0:
        return None
    if ticked >= total:
        return Rating.GOOD
    return Rating.HARD if 2 * ticked >= total else Rating.AGAIN


def suggest_from_check(is_right: bool) -> Rating:
    """Return the rating that a checked answer suggests."""
    return Rating.GOOD if is_right else Rating.AGAIN
