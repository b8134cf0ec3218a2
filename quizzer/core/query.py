"""The query language of cards: its values, and how they are written.

    query   terms side by side are all required; "or" between them asks for either side
    term    "-" before it takes the opposite, parentheses group
    text    word, "several words": in question, answer or id, whatever the case
    field   deck:NAME and the other names of `Field`, where "*" stands for anything
    is:     is:due and the other names of `State`
    rated:  rated:7 in the last seven study days, rated:7:1 with Again then
    prop:   prop:interval>30, with an `Operator` and the names of `Property`

`query_parser.py` reads it, `query_match.py` holds cards against it, `query_guide.py` explains it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from quizzer.core.rating import Rating


class Explained(StrEnum):
    """Names of the language, each declared with what it means."""

    meaning: str

    def __new__(cls, name: str, meaning: str = "") -> Self:
        """Make a member that is equal to its name, as `Field("deck")` finds it."""
        member = str.__new__(cls, name)
        member._value_, member.meaning = name, meaning
        return member


class Field(Explained):
    """What a card can be asked for by name."""

    DECK = "deck", "in a deck"
    TAG = "tag", "with a tag"
    LEVEL = "level", "mid, senior, principal"
    AREA = "area", "an area of the syllabus"
    TOPIC = "topic", "a topic of the syllabus"
    KATA = "kata", "a kata, what links to it"
    ID = "id", "a card or a note"


class State(Explained):
    """What a card can be."""

    DUE = "due", "its day has come"
    NEW = "new", "never rated"
    LEARNING = "learning", "within learning steps"
    SUSPENDED = "suspended", "out of all sessions"
    BURIED = "buried", "hidden until tomorrow"
    LEECH = "leech", "forgotten 8 times"
    FLAGGED = "flagged", "with a flag"
    ORPHAN = "orphan", "in no deck any more"
    WEAK = "weak", "Again, Hard, 3 lapses"


class Property(Explained):
    """A number of a card; `due` counts days from today, below zero those that are past."""

    INTERVAL = "interval", "in days"
    DUE = "due", "days from today"
    LAPSES = "lapses", "times forgotten"
    REVIEWS = "reviews", "times rated"
    EASE = "ease", "SM-2: from 1.3"
    STABILITY = "stability", "FSRS: in days"
    DIFFICULTY = "difficulty", "FSRS: 1 to 10"
    RETRIEVABILITY = "retrievability", "FSRS: 0 to 1"


class Operator(Explained):
    """How a number is compared."""

    NOT_EQUAL = "!=", "another number"
    AT_MOST = "<=", "at most"
    AT_LEAST = ">=", "at least"
    EQUAL = "=", "just that"
    BELOW = "<", "below"
    ABOVE = ">", "above"


@dataclass(frozen=True, slots=True)
class Text:
    """Text that stands in a card."""

    text: str


@dataclass(frozen=True, slots=True)
class Named:
    """A field with a value."""

    field: Field
    value: str


@dataclass(frozen=True, slots=True)
class Is:
    """A state."""

    state: State


@dataclass(frozen=True, slots=True)
class Rated:
    """A rating within the last `days` study days, today's included; None is any."""

    days: int
    rating: Rating | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """A property held against a number of at most nine digits and six decimals."""

    prop: Property
    operator: Operator
    number: float


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    query: Query


@dataclass(frozen=True, slots=True)
class All:
    """Every one of two or more queries; `All(())` asks for nothing, so every card fits."""

    queries: tuple[Query, ...] = ()


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of two or more queries."""

    queries: tuple[Query, ...]


Query = Text | Named | Is | Rated | Compared | Not | All | Either

OR = "or"
_BARE_TEXT = re.compile(r"\w+")
_BARE_VALUE = re.compile(r"[\w*./-]+")


def format_query(query: Query) -> str:
    """Return the text that is read as `query`."""
    match query:
        case Text(text):
            return text if _BARE_TEXT.fullmatch(text) and text.lower() != OR else _quote(text)
        case Named(field, value):
            return f"{field}:{value if _BARE_VALUE.fullmatch(value) else _quote(value)}"
        case Is(state):
            return f"is:{state}"
        case Rated(days, rating):
            return f"rated:{days}" if rating is None else f"rated:{days}:{int(rating)}"
        case Compared(prop, operator, number):
            return f"prop:{prop}{operator}{format_number(number)}"
        case Not(inner):
            return f"-{_grouped(inner, All, Either)}"
        case All(queries):
            return " ".join(_grouped(inner, All, Either) for inner in queries)
        case Either(queries):
            return f" {OR} ".join(_grouped(inner, Either) for inner in queries)


def format_number(number: float) -> str:
    """Return a number as a query has it, without an exponent or zeros at its end."""
    return f"{number:.6f}".rstrip("0").rstrip(".")


def asks_history(query: Query) -> bool:
    """Say whether the answers of the past decide, not only what is known of a card now."""
    match query:
        case Rated() | Is(State.WEAK):
            return True
        case Not(inner):
            return asks_history(inner)
        case All(queries) | Either(queries):
            return any(map(asks_history, queries))
        case _:
            return False


def _grouped(query: Query, *kinds: type[All | Either]) -> str:
    text = format_query(query)
    return f"({text})" if isinstance(query, kinds) else text


def _quote(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
