"""What is read from one content file, as the cache keeps it."""

from __future__ import annotations

from dataclasses import dataclass, field

from quizzer.content.faults import Fault, Place
from quizzer.core.deck import Deck
from quizzer.core.syllabus import Syllabus


@dataclass(frozen=True, slots=True)
class DeckFile:
    """A deck file: the deck without its faulty notes, None where its name cannot be read.

    `deck_place` is where the deck's name stands, `note_places` where the ids of `deck.notes` do;
    `faulty_ids` are ids that stand in the file and not in `deck.notes`.
    """

    deck: Deck | None
    faults: tuple[Fault, ...] = ()
    has_title: bool = False
    deck_place: Place = field(default_factory=Place)
    note_places: tuple[Place, ...] = ()
    faulty_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SyllabusFile:
    """The syllabus file: the syllabus without its faulty parts."""

    syllabus: Syllabus
    faults: tuple[Fault, ...] = ()
