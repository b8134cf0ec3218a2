"""From a log to the rows of Anki's."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from quizzer.core.rating import Rating
from quizzer.core.replay import Regime
from quizzer.core.review import Review, ReviewKind
from quizzer.core.scheduling.sm2 import Sm2
from quizzer.exchange.anki.history import read_log

# Days, kinds, ratings and the intervals that were chosen: steps, a growing interval, a lapse within a day.
LOG = [
    (1, ReviewKind.SCHEDULED, Rating.GOOD, 0),
    (1, ReviewKind.LEARNING, Rating.GOOD, 1),
    (2, ReviewKind.SCHEDULED, Rating.HARD, 8),
    (10, ReviewKind.SCHEDULED, Rating.GOOD, 18),
    (28, ReviewKind.SCHEDULED, Rating.AGAIN, 0),
    (28, ReviewKind.LEARNING, Rating.GOOD, 2),
]


@pytest.mark.parametrize(
    ("origin", "intervals"), [("anki", [0, 1, 8, 18, 0, 2]), ("quizzer", [1, 1, 8, 18, 1, 1])]
)
def test_an_interval_that_another_program_chose_goes_back_as_it_was(
    origin: str, intervals: list[int]
) -> None:
    """Steps that SM-2 does not have are no day; of our own log the scheduler says what an answer chose."""
    reviews = [
        Review(
            card_id=1,
            number=number,
            sequence=number,
            kind=kind,
            rating=rating,
            quality=None,
            reviewed_at=datetime(2026, 1, day, 9, number, tzinfo=UTC),
            zone="UTC",
            study_day=date(2026, 1, day),
            duration_ms=1000,
            scheduler=origin,
            interval_days=interval_days,
            origin=origin,
        )
        for number, (day, kind, rating, interval_days) in enumerate(LOG, 1)
    ]
    rows = read_log(reviews, Regime(Sm2())).rows
    assert [row.interval for row in rows] == intervals
    assert [row.last_interval for row in rows] == [0, *intervals[:-1]]
