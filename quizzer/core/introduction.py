"""The order in which new cards are introduced."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, zip_longest

from quizzer.core.card import Card, cards_of
from quizzer.core.deck import Deck


def introduce(decks: Sequence[Deck]) -> Iterator[tuple[Deck, Card]]:
    """Yield every card, each deck in its own order, the decks taking turns."""
    columns = [[(deck, card) for note in deck.notes for card in cards_of(note)] for deck in decks]
    return (place for place in chain.from_iterable(zip_longest(*columns)) if place is not None)
