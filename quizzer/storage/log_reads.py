"""Reading the review log in its one order (plain SQL: see `runner.py`)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Any

from quizzer.core.rating import Rating
from quizzer.core.review import CardEvent, EventKind, LogEntry, Review, ReviewKind
from quizzer.storage.instant import from_milliseconds
from quizzer.storage.runner import Runner
from quizzer.storage.schema import LEARNER_ID

_REVIEWS = """SELECT card_id, number, sequence, kind, rating, quality, reviewed_at, zone, study_day,
    duration_ms, scheduler, interval_days, origin FROM live_reviews WHERE learner_id = :learner"""
_EVENTS = """SELECT card_id, sequence, kind, happened_at, zone, study_day, data
    FROM live_card_events WHERE learner_id = :learner"""
# A log repeats a few kinds, ratings and days a million times; looked up, they are made once.
_KINDS = {kind.value: kind for kind in ReviewKind}
_RATINGS = {rating.value: rating for rating in Rating}
_day = lru_cache(maxsize=4096)(date.fromisoformat)


def read_entries(run: Runner, card_id: int) -> list[LogEntry]:
    """Return the live entries of one card, in log order."""
    parameters = {"learner": LEARNER_ID, "card": card_id}
    rated = run(f"{_REVIEWS} AND card_id = :card", parameters)
    events = run(f"{_EVENTS} AND card_id = :card", parameters)
    entries: list[LogEntry] = [*map(_review, rated), *map(_event, events)]
    return sorted(entries, key=attrgetter("sequence"))


def read_all_entries(
    run: Runner, card_ids: Iterable[int] | None = None
) -> Iterator[tuple[int, list[LogEntry]]]:
    """Yield (card id, its live entries in log order) for every card, or each of `card_ids`, that has any."""
    parameters: dict[str, Any] = {"learner": LEARNER_ID}
    which = ""
    if card_ids is not None:
        parameters["cards"] = json.dumps(list(card_ids))
        which = "AND card_id IN (SELECT value FROM json_each(:cards))"
    events: dict[int, list[LogEntry]] = {}
    for row in run(f"{_EVENTS} AND card_id IS NOT NULL {which}", parameters):
        events.setdefault(row[0], []).append(_event(row))
    # Reviews of a card are numbered in log order, and an index has them in this one.
    rated_rows = run(f"{_REVIEWS} {which} ORDER BY card_id, number", parameters)
    for card_id, rows in groupby(rated_rows, itemgetter(0)):
        rated: list[LogEntry] = [*map(_review, rows)]
        others = events.pop(card_id, None)
        yield card_id, sorted([*rated, *others], key=attrgetter("sequence")) if others else rated
    for card_id, rest in events.items():
        yield card_id, sorted(rest, key=attrgetter("sequence"))


def read_next_sequence(run: Runner) -> int:
    """Return the next place in the learner's log."""
    rows = run(
        """SELECT max(sequence) FROM reviews WHERE learner_id = :learner
        UNION ALL SELECT max(sequence) FROM card_events WHERE learner_id = :learner""",
        {"learner": LEARNER_ID},
    )
    return 1 + max(sequence or 0 for (sequence,) in rows)


def read_events_of_all(run: Runner, kind: EventKind) -> list[CardEvent]:
    """Return the live events of a kind that is of no single card, in log order."""
    rows = run(
        f"{_EVENTS} AND card_id IS NULL AND kind = :kind ORDER BY sequence",
        {"learner": LEARNER_ID, "kind": kind.value},
    )
    return [_event(row) for row in rows]


def _review(row: Any) -> Review:
    card_id, number, sequence, kind, rating, quality, reviewed_at, zone, day, ms, scheduler, days, origin = (
        row
    )
    return Review(
        card_id=card_id,
        number=number,
        sequence=sequence,
        kind=_KINDS[kind],
        rating=_RATINGS[rating],
        quality=quality,
        reviewed_at=from_milliseconds(reviewed_at),
        zone=zone,
        study_day=_day(day),
        duration_ms=ms,
        scheduler=scheduler,
        interval_days=int(days),
        origin=origin,
    )


def _event(row: Any) -> CardEvent:
    card_id, sequence, kind, happened_at, zone, study_day, data = row
    return CardEvent(
        card_id=card_id,
        sequence=sequence,
        kind=EventKind(kind),
        happened_at=from_milliseconds(happened_at),
        zone=zone,
        study_day=date.fromisoformat(study_day),
        data=data,
    )
