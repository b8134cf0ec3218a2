"""What a query and a table of cards know of each card, as of one study day.

Named tuples: a frozen dataclass of so many fields takes fourteen times as long to make, and there are
as many of them as cards.
"""

from __future__ import annotations

from typing import NamedTuple

from quizzer.core.kata import is_kata_card
from quizzer.core.memory import is_leech
from quizzer.core.query import Property

NEVER = (None, None, None, None)


class NoteFacts(NamedTuple):
    """What stands in a note; `text` is question and answer, case-folded and with single blanks."""

    deck: str = ""
    level: str = ""
    tags: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    kata: str = ""
    text: str = ""


class CardFacts(NamedTuple):
    """A card: its key, its note, and how the learner stands with it.

    `due_days` counts from today, below zero what is past; `rated_days` says how many days ago each
    rating was last given, AGAIN first. What a scheduler does not know of a card is None.
    """

    card_id: int
    key: str
    note_id: str
    note: NoteFacts = NoteFacts()
    due_days: int | None = None
    interval_days: int | None = None
    ease: float | None = None
    stability: float | None = None
    difficulty: float | None = None
    retrievability: float | None = None
    reviews: int = 0
    lapses: int = 0
    rated_days: tuple[int | None, int | None, int | None, int | None] = NEVER
    is_new: bool = True
    is_learning: bool = False
    is_suspended: bool = False
    is_buried: bool = False
    is_flagged: bool = False
    is_weak: bool = False

    @property
    def is_kata(self) -> bool:
        """Whether it is the card of a kata."""
        return is_kata_card(self.note_id)

    @property
    def is_orphan(self) -> bool:
        """Whether no deck has it any more."""
        return not self.note.deck and not self.is_kata

    @property
    def is_leech(self) -> bool:
        """Whether it was failed too often."""
        return is_leech(self.lapses)

    @property
    def is_due(self) -> bool:
        """Whether its day has come and it can be asked; within a learning step it is not due but learning."""
        can_be_asked = not self.is_suspended and not self.is_orphan
        return can_be_asked and not self.is_learning and self.due_days is not None and self.due_days <= 0

    @property
    def deck(self) -> str:
        """The deck that has it; "" for a kata and where none has it."""
        return self.note.deck

    @property
    def place(self) -> str:
        """Where it stands, in a word."""
        return self.note.deck or ("kata" if self.is_kata else "no deck")

    @property
    def words(self) -> tuple[str, ...]:
        """What sets it apart, a word each, the gravest first."""
        said = {
            "suspended": self.is_suspended,
            f"leech ({self.lapses} lapses)": self.is_leech,
            "flagged": self.is_flagged,
            "buried": self.is_buried,
            "learning": self.is_learning,
            "new": self.is_new,
        }
        return tuple(word for word, is_so in said.items() if is_so)

    def number(self, prop: Property) -> float | None:
        """Return a number of the card; None where it has none."""
        match prop:
            case Property.INTERVAL:
                return self.interval_days
            case Property.DUE:
                return self.due_days
            case _:
                value: float | None = getattr(self, prop.value)
                return value
