"""The order in which new cards are introduced: decks take turns, and what is required comes first."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence

from quizzer.core.card import Card, cards_of
from quizzer.core.deck import Deck
from quizzer.core.note import Note
from quizzer.core.syllabus import Syllabus


def in_learning_order(decks: Iterable[Deck], syllabus: Syllabus) -> tuple[Deck, ...]:
    """Return the decks in the order of the areas that their first topics belong to, others behind."""
    places = {topic.id: place for place, area in enumerate(syllabus.areas) for topic in area.topics}
    last = len(syllabus.areas)

    def place_of(deck: Deck) -> int:
        return next((places[t] for note in deck.notes for t in note.topics if t in places), last)

    return tuple(sorted(decks, key=place_of))


def introduce(decks: Sequence[Deck], syllabus: Syllabus) -> Iterator[tuple[Deck, Card]]:
    """Yield every card: decks take turns, each with the next card of the first note that is ready.

    A note is ready when every topic that its topics require has had a note, or has none at all.
    """
    required = {topic.id: topic.requires for area in syllabus.areas for topic in area.topics}
    columns = [_Column(deck) for deck in decks if deck.notes]
    missing = {topic for deck in decks for note in deck.notes for topic in note.topics}
    while columns:
        taken = [place for column in columns if (place := column.take(required, missing))]
        # Notes of several topics may wait for each other: then the first one goes on.
        yield from taken or filter(None, [columns[0].take({}, missing)])
        columns = [column for column in columns if column.is_waiting]


class _Column:
    """A deck whose notes wait to be introduced, and the cards of the note that is being introduced."""

    def __init__(self, deck: Deck) -> None:
        self._deck = deck
        self._notes = list(deck.notes)
        self._cards: deque[Card] = deque()

    @property
    def is_waiting(self) -> bool:
        return bool(self._notes or self._cards)

    def take(self, required: dict[str, tuple[str, ...]], missing: set[str]) -> tuple[Deck, Card] | None:
        """Return the next card, None where no note is ready; what it brings is no longer missing."""
        if not self._cards:
            ready = (i for i, note in enumerate(self._notes) if _is_ready(note, required, missing))
            index = next(ready, None)
            if index is None:
                return None
            note = self._notes.pop(index)
            self._cards.extend(cards_of(note))
            missing.difference_update(note.topics)
        return (self._deck, self._cards.popleft()) if self._cards else None


def _is_ready(note: Note, required: dict[str, tuple[str, ...]], missing: set[str]) -> bool:
    return not any(
        needed in missing and needed not in note.topics
        for topic in note.topics
        for needed in required.get(topic, ())
    )
