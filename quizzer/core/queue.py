"""Which cards come next: pulled, due, new, a note at most once a study day, daily limits, then the drill."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from quizzer.core.review import ReviewKind


class Turn(StrEnum):
    """Why a card is in the queue, in the order of a day."""

    PULLED = "pulled"  # it explains what a failed kata showed
    DUE = "due"
    NEW = "new"
    DRILL = "drill"


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a card was pulled: the kata that failed, and the misconception that it showed."""

    kata: str
    misconception: str


@dataclass(frozen=True, slots=True)
class QueuedCard:
    """A card in the queue: `ahead_days` is how far before its due day it comes, `cause` what pulled it."""

    card_id: int
    key: str
    note_id: str
    deck: str
    turn: Turn
    ahead_days: int = 0
    cause: Cause | None = None

    @property
    def kind(self) -> ReviewKind:
        """What kind of review an answer to it is."""
        if self.turn is Turn.DRILL:
            return ReviewKind.DRILL
        return ReviewKind.AHEAD if self.ahead_days > 0 else ReviewKind.SCHEDULED


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
    """How many places of the limits for due and new cards a study day has used up."""

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
    pulled: Iterable[QueuedCard],
    due: Iterable[QueuedCard],
    new: Iterable[QueuedCard],
    drill: Iterable[QueuedCard],
    left: Limits,
    is_wanted: Callable[[str], bool] = lambda _: True,
) -> Queue:
    """Return the queue of `study_day` from candidates in the order they come.

    The candidates are neither suspended nor buried, and, unless pulled, of notes not yet
    answered on this study day; they are read no further than `left` asks, which does not
    limit `pulled`. `is_wanted` takes a card's key.
    """
    asked: set[str] = set()
    cards = _take(pulled, None, asked, is_wanted)
    cards += [*_take(due, left.reviews, asked, is_wanted), *_take(new, left.new, asked, is_wanted)]
    cards += [card for card in drill if is_wanted(card.key)]
    return Queue(study_day, tuple(cards))


def _take(
    candidates: Iterable[QueuedCard], limit: int | None, asked: set[str], is_wanted: Callable[[str], bool]
) -> list[QueuedCard]:
    taken: list[QueuedCard] = []
    if limit is not None and limit <= 0:
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
    pulled: int = 0
    due: int = 0
    new: int = 0
    drill: int = 0

    @property
    def total(self) -> int:
        """How many cards that is."""
        return sum(self.of(turn) for turn in Turn)

    def of(self, turn: Turn) -> int:
        """Return how many cards have their turn for this reason."""
        match turn:
            case Turn.PULLED:
                return self.pulled
            case Turn.DUE:
                return self.due
            case Turn.NEW:
                return self.new
            case Turn.DRILL:
                return self.drill

    def within(self, left: Limits) -> DeckCount:
        """Return the counts with the day's limits applied."""
        return replace(self, due=min(self.due, left.reviews), new=min(self.new, left.new))
