"""Which cards come next: due before new, a note at most once a study day, daily limits, then the drill."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Turn(StrEnum):
    """Why a card is in the queue."""

    DUE = "due"
    NEW = "new"
    DRILL = "drill"


@dataclass(frozen=True, slots=True)
class QueuedCard:
    """A card in the queue."""

    card_id: int
    key: str
    note_id: str
    deck: str
    turn: Turn


@dataclass(frozen=True, slots=True)
class Limits:
    """How many due and new cards a study day brings at most."""

    reviews: int = 200
    new: int = 20

    def less(self, done: DayCount) -> Limits:
        """Return what is left of the day's limits."""
        return Limits(max(0, self.reviews - done.reviews), max(0, self.new - done.new))


@dataclass(frozen=True, slots=True)
class DayCount:
    """How many due and new cards were answered on a study day."""

    reviews: int = 0
    new: int = 0


@dataclass(frozen=True, slots=True)
class Queue:
    """What is left for a study day, in the order it comes."""

    study_day: date
    cards: tuple[QueuedCard, ...]

    def first(self, limit: int) -> Queue:
        """Return the queue with at most `limit` cards before the drill."""
        asked = [card for card in self.cards if card.turn is not Turn.DRILL][: max(0, limit)]
        return Queue(self.study_day, (*asked, *(card for card in self.cards if card.turn is Turn.DRILL)))

    def count(self, turn: Turn) -> int:
        """Return how many cards have their turn for this reason."""
        return sum(card.turn is turn for card in self.cards)


def build_queue(
    study_day: date,
    due: Iterable[QueuedCard],
    new: Iterable[QueuedCard],
    drill: Iterable[QueuedCard],
    left: Limits,
    is_wanted: Callable[[str], bool] = lambda _: True,
) -> Queue:
    """Return the queue of `study_day` from candidates in the order they come.

    The candidates are neither suspended nor buried, and of notes not yet answered on
    this study day; they are read no further than `left` asks. `is_wanted` takes a card's key.
    """
    asked: set[str] = set()
    cards = [*_take(due, left.reviews, asked, is_wanted), *_take(new, left.new, asked, is_wanted)]
    cards += [card for card in drill if is_wanted(card.key)]
    return Queue(study_day, tuple(cards))


def _take(
    candidates: Iterable[QueuedCard], limit: int, asked: set[str], is_wanted: Callable[[str], bool]
) -> list[QueuedCard]:
    taken: list[QueuedCard] = []
    if limit <= 0:
        return taken
    for card in candidates:
        if card.note_id in asked or not is_wanted(card.key):
            continue
        asked.add(card.note_id)
        taken.append(card)
        if len(taken) == limit:
            break
    return taken


@dataclass(frozen=True, slots=True)
class DeckCount:
    """What a session with one deck would bring today."""

    deck: str
    due: int = 0
    new: int = 0
    drill: int = 0

    def within(self, left: Limits) -> DeckCount:
        """Return the counts with the day's limits applied."""
        return DeckCount(self.deck, min(self.due, left.reviews), min(self.new, left.new), self.drill)
