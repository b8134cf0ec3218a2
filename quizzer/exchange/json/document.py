"""The document as types: what is written, what is read, and what its JSON Schema follows from.

A later version adds fields and takes none away. A reader leaves fields aside that it does not know.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

FORMAT = "quizzer"
VERSION = 1
FIRST_BYTES = b'{"format":"quizzer"'

Instant = Annotated[
    datetime, Meta(tz=True, description="An instant with its zone; the log keeps milliseconds.")
]
Count = Annotated[int, Meta(ge=0, le=2**53)]
DeckId = Annotated[str, Meta(pattern="^[a-z0-9]+(-[a-z0-9]+)*$", max_length=100)]
Zone = Annotated[str, Meta(max_length=100, description="The learner's zone then, by its IANA name.")]
StepS = Annotated[int, Meta(gt=0, lt=86_400)]
# The interval chosen, in days, 0 within learning steps; from 2^53 on its digits in a text.
Interval = Count | Annotated[str, Meta(pattern="^[0-9]{1,400}$")]


class Source(msgspec.Struct, omit_defaults=True):
    """Where a fact comes from, and how it was checked."""

    cite: str
    checked: Literal["opened", "computed", "recalled"] | None = None


class Choices(msgspec.Struct):
    """A multiple choice."""

    right: str
    wrong: Annotated[list[str], Meta(min_length=1)]


class Accept(msgspec.Struct, omit_defaults=True):
    """A typed answer: texts, a regular expression, or a number."""

    text: list[str] = []
    regex: str = ""
    number: str = ""
    unit: str = ""
    tolerance: str = ""


class Note(msgspec.Struct, omit_defaults=True):
    """A note, with the fields of a deck file; `owner` is who it comes from, quizzer or the learner."""

    id: str
    owner: Literal["you", "quizzer"] = "you"
    q: str = ""
    a: str = ""
    cloze: str = ""
    choices: Choices | None = None
    accept: Accept | None = None
    reverse: bool = False
    level: Literal["mid", "senior", "principal"] | None = None
    topics: list[str] = []
    tags: list[str] = []
    points: list[str] = []
    pitfall: str = ""
    source: Source | None = None
    kata: str = ""
    wants_kata: str = ""
    was: list[str] = []
    original: Annotated[
        str, Meta(description="What it was made of: a wording of the shipped note, an import, or both.")
    ] = ""


class Deck(msgspec.Struct, omit_defaults=True, kw_only=True):
    """A deck with its notes, in the order in which they are introduced."""

    id: DeckId
    title: str
    description: str = ""
    tags: list[str] = []
    notes: list[Note]


class Placement(msgspec.Struct, omit_defaults=True):
    """Where a card stands: when it is due, and what the scheduler knows of it.

    The ease factor is in hundredths, the stability in days, the difficulty from 1 to 10.
    """

    due_on: date
    interval_days: Interval
    ease_factor: Annotated[int, Meta(ge=100, le=100_000)] | None = None
    repetitions: Count | None = None
    stability: Annotated[float, Meta(gt=0, le=1e9)] | None = None
    difficulty: Annotated[float, Meta(ge=1, le=10)] | None = None
    lapses: Count | None = None


class Review(msgspec.Struct, omit_defaults=True):
    """A rating of a card; `sequence` is its place in the one order of reviews, events and reschedules."""

    sequence: Count
    at: Instant
    study_day: date
    zone: Zone
    kind: Literal["scheduled", "ahead", "drill", "learning", "cram"]
    rating: Literal["again", "hard", "good", "easy"]
    interval_days: Interval
    duration_ms: Count
    scheduler: Annotated[str, Meta(max_length=40)]
    quality: Annotated[int, Meta(ge=0, le=5)] | None = None
    origin: Annotated[str, Meta(max_length=40)] = "quizzer"


class Cause(msgspec.Struct):
    """What pulled a card into a day: a kata, and the mistake that it showed."""

    kata: str
    misconception: str


class Event(msgspec.Struct, omit_defaults=True):
    """What happened to a card and is no review."""

    sequence: Count
    at: Instant
    study_day: date
    zone: Zone
    kind: Literal["suspend", "unsuspend", "bury", "pull", "flag", "unflag", "reset", "place"]
    cause: Cause | None = None
    placement: Placement | None = None


class Card(msgspec.Struct, omit_defaults=True):
    """The history of a card, by its key: `x`, `x/reverse`, `x/c2`, `kata/SLUG`; what was undone is left out.

    `state` is where the card stands; it is left out for a new card and within learning steps.
    """

    key: Annotated[str, Meta(pattern="^[a-z0-9-]{1,120}(/[a-z0-9-]{1,120})?$")]
    state: Placement | None = None
    reviews: list[Review] = []
    events: list[Event] = []


class Reschedule(msgspec.Struct, omit_defaults=True):
    """A change of the scheduler, of all cards."""

    sequence: Count
    at: Instant
    study_day: date
    zone: Zone
    scheduler: Literal["sm2", "fsrs"]
    desired_retention: Annotated[float, Meta(ge=0.7, le=0.99)] = 0.9
    parameters: Annotated[list[float], Meta(max_length=21)] = []
    learning_steps_s: Annotated[list[StepS], Meta(max_length=10)] = []
    relearning_steps_s: Annotated[list[StepS], Meta(max_length=10)] = []
    has_fuzz: bool = True


class History(msgspec.Struct, omit_defaults=True):
    """All that stands in the log."""

    reschedules: list[Reschedule] = []
    cards: list[Card] = []


class Document(msgspec.Struct, omit_defaults=True):
    """Decks and history of a learner."""

    format: Literal["quizzer"]
    version: Annotated[int, Meta(ge=1)]
    exported_at: Instant
    decks: list[Deck] = []
    history: History = msgspec.field(default_factory=History)


class Head(msgspec.Struct):
    """What tells a document of ours from others."""

    format: Any = None
    version: Any = None


def document_schema() -> dict[str, Any]:
    """Return the JSON Schema of the document."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **msgspec.json.schema(Document)}
