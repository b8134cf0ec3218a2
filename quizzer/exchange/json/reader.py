"""Reads a document that quizzer wrote; what is none is told of in a sentence with its place."""

from __future__ import annotations

import json
from codecs import BOM_UTF8
from typing import Any

import msgspec

from quizzer.core.note import Accept, Checked, Choices, Level, Note, NoteKind, Source
from quizzer.core.placement import Placement, encode_placement
from quizzer.core.rating import Rating
from quizzer.core.review import EventKind, ReviewKind
from quizzer.core.scheduler_choice import SchedulerChoice, SchedulerName
from quizzer.errors import UsageError
from quizzer.exchange.incoming import (
    Incoming,
    IncomingCard,
    IncomingDeck,
    IncomingEvent,
    IncomingNote,
    IncomingReschedule,
    IncomingReview,
    Refused,
)
from quizzer.exchange.json import document

ORIGIN = "json"
STEP = "export again with 'quizzer export json', or correct the file"


def read_document(data: bytes, name: str) -> Incoming:
    """Return what the document `data` holds; `name` is what messages call the file.

    Raises:
        UsageError: If it is no such document; the text says where.
    """
    data = data.removeprefix(BOM_UTF8)  # editors on Windows add one
    head = _decode(data, name, document.Head)
    if head.format != document.FORMAT:
        raise UsageError(
            f"{name}: the field 'format' is {_shown(head.format)}, expected {document.FORMAT!r}: "
            "name a file that 'quizzer export json' wrote"
        )
    read = _decode(data, name, document.Document)
    loose: dict[str, IncomingCard] = {}
    cards: dict[str, list[IncomingCard]] = {}
    note_ids = {note.id for deck in read.decks for note in deck.notes}
    for card in read.history.cards:
        note_id, _, face = card.key.partition("/")
        if note_id in note_ids:
            cards.setdefault(note_id, []).append(_card(card, face, name))
        else:
            loose[card.key] = _card(card, face, name)
    found = [
        _incoming_note(note, deck, f"{name}: decks[{place}].notes[{number}]", cards)
        for place, deck in enumerate(read.decks)
        for number, note in enumerate(deck.notes)
    ]
    return Incoming(
        origin=ORIGIN,
        notes=tuple(note for note in found if isinstance(note, IncomingNote)),
        refused=tuple(note for note in found if isinstance(note, Refused)),
        decks=tuple(
            IncomingDeck((deck.id,), deck.id, deck.title, deck.description, tuple(deck.tags))
            for deck in read.decks
        ),
        loose=loose,
        reschedules=tuple(map(_reschedule, read.history.reschedules)),
    )


def _incoming_note(
    note: document.Note, deck: document.Deck, where: str, cards: dict[str, list[IncomingCard]]
) -> IncomingNote | Refused:
    if problem := _problem(note):
        return Refused(where, problem)
    known = tuple(cards.pop(note.id, ()))
    is_shipped = note.owner == "quizzer"
    return IncomingNote(note.id, _note(note), (deck.id,), where, known, is_shipped=is_shipped, is_copy=True)


def _decode(data: bytes, name: str, what: type[Any]) -> Any:
    try:
        return msgspec.json.decode(data, type=what)
    except msgspec.ValidationError as error:
        found, _, place = str(error).partition(" - at `")
        where = place.rstrip("`").removeprefix("$").lstrip(".") or "the document"
        raise UsageError(f"{name}: {where}: {found[:1].lower()}{found[1:]}; {STEP}") from error
    except msgspec.DecodeError as error:
        raise UsageError(f"{_placed(data, name, str(error))}; {STEP}") from error
    except (UnicodeDecodeError, RecursionError, ValueError, OverflowError) as error:
        reason = "it nests too deeply" if isinstance(error, RecursionError) else str(error)
        raise UsageError(f"{name}: this is no JSON that can be read ({reason}); {STEP}") from error


def _placed(data: bytes, name: str, message: str) -> str:
    """Return the message with line and column where it names a byte."""
    found, _, tail = message.rpartition(" (byte ")
    if not tail.rstrip(")").isdecimal():
        return f"{name}: this is no JSON: {message}"
    offset = int(tail.rstrip(")"))
    line = data.count(b"\n", 0, offset) + 1
    column = len(data[data.rfind(b"\n", 0, offset) + 1 : offset].decode(errors="replace")) + 1
    return f"{name}:{line}:{column}: {found}"


def _shown(value: object) -> str:
    return "missing" if value is None else repr(value)[:60]


def _problem(note: document.Note) -> str:
    """Return why a note is of no kind; "" for one that is."""
    kinds = [
        name
        for name, is_there in (
            ("cloze", bool(note.cloze)),
            ("choices", note.choices is not None),
            ("accept", note.accept is not None),
        )
        if is_there
    ]
    if len(kinds) > 1 or (note.cloze and note.q):
        return (
            "the note is of two kinds, expected one of q and a, cloze, q and choices, q and accept: keep one"
        )
    return ""


def _note(note: document.Note) -> Note:
    kind = NoteKind.BASIC
    if note.cloze:
        kind = NoteKind.CLOZE
    elif note.choices is not None:
        kind = NoteKind.CHOICES
    elif note.accept is not None:
        kind = NoteKind.ACCEPT
    choices, accept, source = note.choices, note.accept, note.source
    return Note(
        id=note.id,
        kind=kind,
        question=note.cloze or note.q,
        answer=note.a,
        reverse=note.reverse,
        choices=None if choices is None else Choices(choices.right, tuple(choices.wrong)),
        accept=None
        if accept is None
        else Accept(tuple(accept.text), accept.regex, accept.number, accept.unit, accept.tolerance),
        level=Level(note.level) if note.level else None,
        topics=tuple(note.topics),
        tags=tuple(note.tags),
        points=tuple(note.points),
        pitfall=note.pitfall,
        source=None
        if source is None
        else Source(source.cite, Checked(source.checked) if source.checked else None),
        kata=note.kata,
        wants_kata=note.wants_kata,
        was=tuple(note.was),
        original=note.original,
    )


def _card(card: document.Card, face: str, name: str) -> IncomingCard:
    return IncomingCard(
        face=face,
        reviews=tuple(map(_review, card.reviews)),
        placement=None if card.state is None else _placement(card.state),
        events=tuple(_event(event, name) for event in card.events),
    )


def _review(review: document.Review) -> IncomingReview:
    return IncomingReview(
        rating=Rating[review.rating.upper()],
        reviewed_at=review.at,
        duration_ms=review.duration_ms,
        interval_days=int(review.interval_days),
        kind=ReviewKind(review.kind),
        quality=review.quality,
        scheduler=review.scheduler,
        order=review.sequence,
        study_day=review.study_day,
        zone=review.zone,
        origin=review.origin,
    )


def _event(event: document.Event, name: str) -> IncomingEvent:
    data = None
    if event.cause is not None and event.kind == "pull":
        data = json.dumps({"kata": event.cause.kata, "misconception": event.cause.misconception})
    elif event.kind == "place":
        if event.placement is None:
            raise UsageError(
                f"{name}: the event {event.sequence} is a 'place' without placement, expected one: {STEP}"
            )
        data = encode_placement(_placement(event.placement))
    return IncomingEvent(EventKind(event.kind), event.at, event.sequence, event.study_day, event.zone, data)


def _placement(placement: document.Placement) -> Placement:
    return Placement(
        placement.due_on,
        int(placement.interval_days),
        placement.ease_factor,
        placement.repetitions,
        placement.stability,
        placement.difficulty,
        placement.lapses,
    )


def _reschedule(change: document.Reschedule) -> IncomingReschedule:
    choice = SchedulerChoice(
        SchedulerName(change.scheduler),
        change.desired_retention,
        tuple(change.parameters),
        tuple(change.learning_steps_s),
        tuple(change.relearning_steps_s),
        change.has_fuzz,
    )
    return IncomingReschedule(choice, change.at, change.sequence, change.study_day, change.zone)
