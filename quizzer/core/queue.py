"""Which cards come next: steps, pulled, due, new, a note once a study day, daily limits, then the drill."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from quizzer.core.review import ReviewKind


class Turn(StrEnum):
    """Why a card is in the queue, in the order of a day."""

    LEARNING = "learning"  # its learning step is over
    PULLED = "pulled"  # it explains what a failed kata showed
    DUE = "due"
    NEW = "new"
    AHEAD = "ahead"  # the learner wants more than the day brings
    DRILL = "drill"
    CRAM = "cram"

    @property
    def repeats(self) -> bool:
        """Whether the card was asked in this session before: no limit counts it again."""
        return self in (Turn.LEARNING, Turn.DRILL)


LEARN_AHEAD = timedelta(minutes=20)  # where nothing else is left, a learning step need not be waited for
DAY_TURNS = (Turn.LEARNING, Turn.PULLED, Turn.DUE, Turn.NEW, Turn.DRILL)  # what a day brings by itself


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a card was pulled: the kata that failed, and the misconception that it showed."""

    kata: str
    misconception: str


@dataclass(frozen=True, slots=True)
class QueuedCard:
    """A card in the queue: `ahead_days` is how far before its due day it comes, `cause` what pulled it.

    `is_learning` says that it stands on a learning step and was answered today before.
    """

    card_id: int
    key: str
    note_id: str
    deck: str
    turn: Turn
    ahead_days: int = 0
    cause: Cause | None = None
    is_learning: bool = False

    @property
    def kind(self) -> ReviewKind:
        """What kind of review an answer to it is."""
        if self.turn in (Turn.DRILL, Turn.CRAM):
            return ReviewKind(self.turn)
        if self.is_learning:
            return ReviewKind.LEARNING
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
        """Return the queue with at most `limit` cards, what is asked again not counted."""
        kept = {card.card_id for card in [c for c in self.cards if not c.turn.repeats][: max(0, limit)]}
        cards = tuple(card for card in self.cards if card.turn.repeats or card.card_id in kept)
        return Queue(self.study_day, cards)

    def count(self, turn: Turn) -> int:
        """Return how many cards have their turn for this reason."""
        return sum(card.turn is turn for card in self.cards)

    def by_deck(self, decks: Iterable[str]) -> tuple[DeckCount, ...]:
        """Return how much of the queue is of each of the decks, in their order."""
        counts = Counter((card.deck, card.turn) for card in self.cards)
        return tuple(
            DeckCount(deck, **{turn.value: counts[deck, turn] for turn in DAY_TURNS}) for deck in decks
        )


@dataclass(frozen=True, slots=True)
class Candidates:
    """Cards for a study day, by the reason of their turn and in the order they come.

    They are neither suspended nor buried, and those due, new or ahead are of notes not
    yet answered on this study day. `waiting` are cards whose learning step is almost over.
    """

    learning: Iterable[QueuedCard] = ()
    pulled: Iterable[QueuedCard] = ()
    due: Iterable[QueuedCard] = ()
    new: Iterable[QueuedCard] = ()
    ahead: Iterable[QueuedCard] = ()
    drill: Iterable[QueuedCard] = ()
    waiting: Iterable[QueuedCard] = ()


def build_queue(
    study_day: date,
    candidates: Candidates,
    left: Limits,
    is_wanted: Callable[[str], bool] = lambda _: True,
) -> Queue:
    """Return the queue of `study_day`.

    Candidates are read no further than `left` asks, which limits those due and new.
    `is_wanted` takes a card's key.
    """
    asked: set[str] = set()
    cards = [card for card in candidates.learning if is_wanted(card.key)]
    cards += _take(candidates.pulled, None, asked, is_wanted)
    cards += _take(candidates.due, left.reviews, asked, is_wanted)
    cards += _take(candidates.new, left.new, asked, is_wanted)
    cards += _take(candidates.ahead, None, asked, is_wanted)
    cards += [card for card in (*candidates.drill, *candidates.waiting) if is_wanted(card.key)]
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
    """How many cards of one deck have their turn today, by the reason of it."""

    deck: str
    pulled: int = 0
    due: int = 0
    new: int = 0
    drill: int = 0
    learning: int = 0

    @property
    def total(self) -> int:
        """How many cards that is."""
        return sum(self.of(turn) for turn in DAY_TURNS)

    def of(self, turn: Turn) -> int:
        """Return how many cards have their turn for this reason, one of `DAY_TURNS`."""
        return int(getattr(self, turn.value))

    def within(self, left: Limits) -> DeckCount:
        """Return the counts with the day's limits applied."""
        return replace(self, due=min(self.due, left.reviews), new=min(self.new, left.new))
