"""Writing a history into the log: reviews, events, and where the source has the cards, as one import."""

from __future__ import annotations

import math
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count, groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from quizzer.core.memory import CardState
from quizzer.core.placement import Placement, encode_placement
from quizzer.core.replay import Regime, apply, replay
from quizzer.core.review import CardEvent, EventKind, LogEntry, Review
from quizzer.core.scheduling.base import MAXIMUM_DUE_DAYS
from quizzer.core.study_day import Moment
from quizzer.exchange.incoming import IncomingCard, IncomingEvent, IncomingReschedule, IncomingReview
from quizzer.services.import_history import note_id_of
from quizzer.services.import_taken import History, Taken, instant_of_entry
from quizzer.services.import_weigher import differs, has_its_figures
from quizzer.services.regimes import make_regime
from quizzer.services.workspace import Workspace
from quizzer.storage.card_reads import read_suspended
from quizzer.storage.imports import add_loose_cards, encode_mark, read_card_ids, read_last_numbers
from quizzer.storage.instant import as_stored
from quizzer.storage.log import (
    Row,
    append_event_rows,
    append_review_rows,
    event_row,
    in_log_order,
    review_row,
)
from quizzer.storage.log_reads import read_next_sequence
from quizzer.storage.reschedules import Reschedule, encode_choice
from quizzer.storage.runner import Runner
from quizzer.storage.states import state_rows, write_state_rows

if TYPE_CHECKING:
    from sqlalchemy import Connection

MAX_DURATION_MS = 86_400_000
LEAST_STABILITY, GREATEST_STABILITY = 0.001, 36_500.0


@dataclass(frozen=True, slots=True)
class PreparedLog:
    """What an import writes to the database, as rows; `loose` are cards that no deck has."""

    loose: list[tuple[int, str, str]]
    reviews: list[Row]
    events: list[Row]
    states: list[Row]


def prepare_log(workspace: Workspace, run: Runner, history: History, origin: str, kept: str) -> PreparedLog:
    """Return what is taken, marked as one import, with the states that follow; nothing is written.

    It holds as long as nobody writes to the database.
    """
    writer = _Writer(workspace, run, origin)
    keys = dict.fromkeys([*(taken.key for taken in history.taken if taken.key), *history.placed])
    ids, loose = writer.find_cards(keys)
    suspended = read_suspended(run).keys()
    sequences = writer.sequences_of(history.taken)
    regime = _regime_after(workspace, run, history.taken, sequences)
    states = {ids[key]: replay(history.logs.get(key, ()), regime) for key in history.placed}
    reviews: list[Row] = []
    events: list[CardEvent] = []
    for key, entries in writer.entries(history.taken, sequences, ids):
        if key:
            states[ids[key]] = replay([*history.logs.get(key, ()), *entries], regime)
        for entry in entries:
            if isinstance(entry, Review):
                reviews.append(review_row(entry))
            else:
                events.append(entry)
    events.sort(key=attrgetter("sequence"))
    events += [*writer.placements(history.placed, ids, states, regime, suspended), writer.mark(kept)]
    return PreparedLog(
        loose,
        in_log_order(reviews),
        [event_row(event, origin) for event in events],
        state_rows(run, states.items()),
    )


def write_log(connection: Connection, prepared: PreparedLog) -> None:
    """Append all of it, and bring the states up to date."""
    add_loose_cards(connection, prepared.loose)
    append_review_rows(connection, prepared.reviews)
    append_event_rows(connection, prepared.events)
    write_state_rows(connection, prepared.states)


def _regime_after(
    workspace: Workspace, run: Runner, several: Iterable[Taken], sequences: Iterable[int]
) -> Regime:
    """Return the regime in force once all that is taken is in the log."""
    changes = [
        Reschedule(sequence, taken.entry.choice)
        for taken, sequence in zip(several, sequences, strict=True)
        if isinstance(taken.entry, IncomingReschedule)
    ]
    if not changes:
        return workspace.regime(run)
    return make_regime(max(changes, key=attrgetter("sequence")))


class _Writer:
    """Gives the entries of an import their places in the log."""

    def __init__(self, workspace: Workspace, run: Runner, origin: str) -> None:
        self._run = run
        self._moment: Moment = workspace.moment()
        self._zone = workspace.calendar.zone_name
        self._origin = origin
        self._first = read_next_sequence(run)
        self._sequences = count(self._first)

    def find_cards(self, keys: Iterable[str]) -> tuple[dict[str, int], list[tuple[int, str, str]]]:
        """Return the ids of the cards, and those that are to be made because no deck has them."""
        known = read_card_ids(self._run)
        free = count(max(known.values(), default=0) + 1)
        ids: dict[str, int] = {}
        loose: list[tuple[int, str, str]] = []
        for key in keys:
            if key in known:
                ids[key] = known[key]
            else:
                ids[key] = next(free)
                loose.append((ids[key], key, note_id_of(key)))
        return ids, loose

    def sequences_of(self, several: Sequence[Taken]) -> list[int]:
        """Return the place in the log of each entry, in the order of all of them."""
        order = [(taken.entry.order, instant_of_entry(taken.entry)) for taken in several]
        sequences = [0] * len(order)
        for index in sorted(range(len(order)), key=order.__getitem__):
            sequences[index] = next(self._sequences)
        return sequences

    def entries(
        self, several: Iterable[Taken], sequences: Iterable[int], ids: dict[str, int]
    ) -> Iterator[tuple[str, list[LogEntry]]]:
        """Yield the entries of one card after the other: a whole history of them takes much memory."""
        numbers = read_last_numbers(self._run, ids.values())
        places = zip(several, sequences, strict=True)
        for key, group in groupby(places, key=lambda place: place[0].key):
            entries: list[LogEntry] = []
            for taken, sequence in group:
                entry = taken.entry
                if isinstance(entry, IncomingReview):
                    card_id = ids[key]
                    numbers[card_id] = numbers.get(card_id, 0) + 1
                    entries.append(self._review(taken, entry, card_id, numbers[card_id], sequence))
                else:
                    entries.append(self._event(taken, entry, ids.get(key), sequence))
            yield key, entries

    def placements(
        self,
        placed: dict[str, IncomingCard],
        ids: dict[str, int],
        states: dict[int, CardState],
        regime: Regime,
        suspended: Container[int],
    ) -> Iterable[CardEvent]:
        """Yield what puts each card where the source has it; its state follows in `states`."""
        for key, card in placed.items():
            card_id = ids[key]
            is_leech_now = states[card_id].is_suspended and card_id not in suspended
            for kind, data in self._moves(card, states[card_id], regime, is_leech_now=is_leech_now):
                event = CardEvent(
                    card_id,
                    next(self._sequences),
                    kind,
                    self._moment.now,
                    self._zone,
                    self._moment.today,
                    data,
                )
                states[card_id] = apply(states[card_id], event, regime)
                yield event

    def mark(self, kept: str) -> CardEvent:
        """Return the mark of the import, behind all that came with it."""
        return CardEvent(
            None,
            next(self._sequences),
            EventKind.IMPORT,
            self._moment.now,
            self._zone,
            self._moment.today,
            encode_mark(self._first, self._origin, kept),
        )

    def _moves(
        self, card: IncomingCard, state: CardState, regime: Regime, *, is_leech_now: bool
    ) -> Iterable[tuple[EventKind, str | None]]:
        placement = None if card.placement is None else self._within_bounds(card.placement)
        if placement and differs(state, IncomingCard(card.face, placement=placement), regime):
            if has_its_figures(state, placement):
                placement = replace(placement, stability=None, difficulty=None)
            yield EventKind.PLACE, encode_placement(placement)
        if card.is_suspended and not state.is_suspended:
            yield EventKind.SUSPEND, None
        elif is_leech_now and not card.is_suspended and not _is_own(card):
            # What quizzer would have called a leech is suspended only if the source has it so.
            yield EventKind.UNSUSPEND, None
        if card.is_flagged and not state.is_flagged:
            yield EventKind.FLAG, None

    def _within_bounds(self, placement: Placement) -> Placement:
        latest = self._moment.today + timedelta(days=MAXIMUM_DUE_DAYS)
        stability, difficulty = placement.stability, placement.difficulty
        return replace(
            placement,
            due_on=min(placement.due_on, latest),
            interval_days=max(0, placement.interval_days),
            repetitions=placement.repetitions and max(0, placement.repetitions),
            stability=_bounded(stability, LEAST_STABILITY, GREATEST_STABILITY),
            difficulty=_bounded(difficulty, 1.0, 10.0),
        )

    def _review(
        self, taken: Taken, entry: IncomingReview, card_id: int, number: int, sequence: int
    ) -> Review:
        assert taken.kind is not None
        return Review(
            card_id=card_id,
            number=number,
            sequence=sequence,
            kind=taken.kind,
            rating=entry.rating,
            quality=entry.quality,
            reviewed_at=as_stored(entry.reviewed_at),
            zone=entry.zone or self._zone,
            study_day=taken.study_day,
            duration_ms=min(max(0, entry.duration_ms), MAX_DURATION_MS),
            scheduler=entry.scheduler or self._origin,
            interval_days=entry.interval_days,
            origin=entry.origin or self._origin,
        )

    def _event(
        self, taken: Taken, entry: IncomingEvent | IncomingReschedule, card_id: int | None, sequence: int
    ) -> CardEvent:
        what: tuple[EventKind, str | None]
        if isinstance(entry, IncomingReschedule):
            what = EventKind.RESCHEDULE, encode_choice(entry.choice)
        else:
            what = entry.kind, entry.data
        return CardEvent(card_id, sequence, what[0], entry.happened_at, entry.zone, taken.study_day, what[1])


def _is_own(card: IncomingCard) -> bool:
    return bool(card.events) or any(review.origin for review in card.reviews)


def _bounded(value: float | None, least: float, greatest: float) -> float | None:
    return None if value is None or math.isnan(value) else min(max(value, least), greatest)
