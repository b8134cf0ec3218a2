"""How the decks of two roots become one set: unique names in a root, the learner's over the shipped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from quizzer.content.faults import Fault, Place
from quizzer.content.parsed import DeckFile
from quizzer.core.deck import Deck
from quizzer.core.note import Note


class Origin(NamedTuple):
    """Where a note is written; `place` is where its id stands."""

    path: str
    place: Place
    is_shipped: bool


@dataclass(frozen=True, slots=True)
class Root:
    """The decks of one root, in which every name stands once, and where their notes are written.

    `faulty_ids` are the ids of notes that stand in its files and were left out.
    """

    files: tuple[DeckFile, ...]
    origins: dict[str, Origin]
    faults: tuple[Fault, ...]
    faulty_ids: frozenset[str] = frozenset()

    @property
    def deck_ids(self) -> frozenset[str]:
        """The names of its decks."""
        return frozenset(file.deck.id for file in self.files if file.deck is not None)


def join_root(files: Iterable[DeckFile], *, is_shipped: bool) -> Root:
    """Return the decks of `files`; a deck or note whose name an earlier one has is a fault and left out."""
    kept: list[DeckFile] = []
    faults: list[Fault] = []
    decks: dict[str, str] = {}
    origins: dict[str, Origin] = {}
    faulty_ids: set[str] = set()
    for file in files:
        faulty_ids.update(file.faulty_ids)
        if file.deck is None:
            continue
        deck = file.deck
        if first := decks.get(deck.id):
            found = f"the deck {deck.id!r} is also in {first}"
            message = f"{found}, expected one file a deck: change one of the ids or join the files"
            faults.append(Fault(deck.path, file.deck_place.line, file.deck_place.column, message))
            faulty_ids.update(note.id for note in deck.notes)
            continue
        decks[deck.id] = f"{deck.path}:{file.deck_place.line}"
        kept.append(_without_taken(file, deck, origins, faults, is_shipped=is_shipped))
    return Root(tuple(kept), origins, tuple(faults), frozenset(faulty_ids))


def _without_taken(
    file: DeckFile, deck: Deck, origins: dict[str, Origin], faults: list[Fault], *, is_shipped: bool
) -> DeckFile:
    notes: list[Note] = []
    for note, place in zip(deck.notes, file.note_places, strict=True):
        if first := origins.get(note.id):
            found = f"the id {note.id!r} is also in {first.path}:{first.place.line}"
            message = f"{found}, expected an id of its own: change one of them"
            faults.append(Fault(deck.path, place.line, place.column, message))
            continue
        origins[note.id] = Origin(deck.path, place, is_shipped)
        notes.append(note)
    return file if len(notes) == len(deck.notes) else replace(file, deck=replace(deck, notes=tuple(notes)))


def lay_over(shipped: Root, learner: Root) -> tuple[Deck, ...]:
    """Return the shipped decks under the learner's, then the decks that are only the learner's.

    A learner's note replaces the shipped one of its id: in place where the deck is the same,
    else it stands in the learner's deck and is gone from the shipped one.
    """
    over = {file.deck.id: file for file in learner.files if file.deck is not None}
    decks: list[Deck] = []
    for file in shipped.files:
        if file.deck is None:
            continue
        top = over.pop(file.deck.id, None)
        decks.append(_merge(file.deck, top, learner.origins))
    decks.extend(file.deck for file in over.values() if file.deck is not None)
    return tuple(decks)


def _merge(deck: Deck, top: DeckFile | None, shadows: dict[str, Origin]) -> Deck:
    upper = {note.id: note for note in top.deck.notes} if top and top.deck else {}
    notes = [upper.pop(note.id, note) for note in deck.notes if note.id in upper or note.id not in shadows]
    notes.extend(upper.values())
    if top is None or top.deck is None:
        return deck if len(notes) == len(deck.notes) else replace(deck, notes=tuple(notes))
    return replace(
        deck,
        title=top.deck.title if top.has_title else deck.title,
        description=top.deck.description or deck.description,
        tags=tuple(dict.fromkeys(deck.tags + top.deck.tags)),
        notes=tuple(notes),
    )
