"""Writes the document piece by piece: a line a note, a line a card, so that exports can be compared."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from quizzer.core.deck import Deck
from quizzer.core.memory import CardState, FsrsMemory, Sm2Memory
from quizzer.core.note import Note
from quizzer.core.note_fields import fields_of
from quizzer.core.placement import Placement, decode_placement
from quizzer.core.review import CardEvent, EventKind, LogEntry, Review
from quizzer.core.scheduler_choice import SchedulerChoice
from quizzer.exchange.json import document

LARGEST_EXACT = 2**53
T = TypeVar("T")
CardLog = tuple[str, CardState, Sequence[LogEntry]]
Change = tuple[CardEvent, SchedulerChoice]
_encode = msgspec.json.Encoder().encode


def write_document(
    exported_at: datetime,
    decks: Iterable[Deck],
    shipped: Collection[str],
    reschedules: Iterable[Change],
    cards: Iterable[CardLog],
) -> Iterator[bytes]:
    """Yield the document in pieces; `shipped` are the ids of notes that come with quizzer.

    A card is its key, its state and its live entries, in log order; a reschedule its event and what it chose.
    """
    at = _encode(exported_at)
    yield document.FIRST_BYTES + b',"version":%d,"exported_at":%b,"decks":[' % (document.VERSION, at)
    for comma, deck in _separated(decks):
        head = document.Deck(
            id=deck.id, title=deck.title, description=deck.description, tags=list(deck.tags), notes=[]
        )
        yield comma + _encode(head)[: -len(b"]}")]
        for note_comma, note in _separated(deck.notes):
            yield note_comma + _encode(_note(note, is_shipped=note.id in shipped))
        yield b"\n]}"
    yield b'\n],"history":{"reschedules":['
    for comma, change in _separated(reschedules):
        yield comma + _encode(_reschedule(*change))
    yield b'\n],"cards":['
    for comma, card in _separated(cards):
        yield comma + _encode(_card(*card))
    yield b"\n]}}\n"


def placement_of(state: CardState) -> Placement | None:
    """Return where the card stands; None for a new card and within learning steps."""
    memory = state.memory
    if memory is None or state.due_on is None or state.due_at is not None:
        return None
    if isinstance(memory, FsrsMemory):
        return Placement(
            state.due_on, memory.interval_days, stability=memory.stability, difficulty=memory.difficulty
        )
    assert isinstance(memory, Sm2Memory)
    return Placement(state.due_on, memory.interval_days, memory.ease_factor, memory.repetitions)


def _separated(items: Iterable[T]) -> Iterator[tuple[bytes, T]]:
    comma = b"\n"
    for item in items:
        yield comma, item
        comma = b",\n"


def _note(note: Note, *, is_shipped: bool) -> dict[str, Any]:
    fields = fields_of(note)
    owner = {"owner": "quizzer"} if is_shipped else {}
    return {"id": fields.pop("id"), **owner, **fields}


def _card(key: str, state: CardState, entries: Sequence[LogEntry]) -> document.Card:
    placement = placement_of(state)
    return document.Card(
        key=key,
        state=None if placement is None else _placement(placement),
        reviews=[_review(entry) for entry in entries if isinstance(entry, Review)],
        events=[_event(entry) for entry in entries if isinstance(entry, CardEvent)],
    )


def _review(review: Review) -> document.Review:
    return document.Review(
        sequence=review.sequence,
        at=review.reviewed_at,
        study_day=review.study_day,
        zone=review.zone,
        kind=review.kind.value,
        rating=review.rating.name.lower(),  # type: ignore[arg-type]
        interval_days=_interval(review.interval_days),
        duration_ms=review.duration_ms,
        scheduler=review.scheduler,
        quality=review.quality,
        origin=review.origin,
    )


def _event(event: CardEvent) -> document.Event:
    cause = placement = None
    if event.kind is EventKind.PULL and event.data:
        cause = document.Cause(**json.loads(event.data))
    elif event.kind is EventKind.PLACE:
        placement = _placement(decode_placement(event.data))
    return document.Event(
        sequence=event.sequence,
        at=event.happened_at,
        study_day=event.study_day,
        zone=event.zone,
        kind=event.kind.value,  # type: ignore[arg-type]
        cause=cause,
        placement=placement,
    )


def _placement(placement: Placement) -> document.Placement:
    return document.Placement(
        due_on=placement.due_on,
        interval_days=_interval(placement.interval_days),
        ease_factor=placement.ease_factor,
        repetitions=placement.repetitions,
        stability=placement.stability,
        difficulty=placement.difficulty,
        lapses=placement.lapses,
    )


def _reschedule(event: CardEvent, choice: SchedulerChoice) -> document.Reschedule:
    return document.Reschedule(
        sequence=event.sequence,
        at=event.happened_at,
        study_day=event.study_day,
        zone=event.zone,
        scheduler=choice.name.value,
        desired_retention=choice.desired_retention,
        parameters=list(choice.parameters),
        learning_steps_s=list(choice.learning_steps_s),
        relearning_steps_s=list(choice.relearning_steps_s),
        has_fuzz=choice.has_fuzz,
    )


def _interval(days: int) -> int | str:
    return days if days < LARGEST_EXACT else str(days)
