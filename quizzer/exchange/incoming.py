"""What every reader of a foreign file returns: notes, what is known of their cards, and what was refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from quizzer.core.note import Note
from quizzer.core.placement import Placement
from quizzer.core.rating import Rating
from quizzer.core.review import EventKind, ReviewKind
from quizzer.core.scheduler_choice import SchedulerChoice


@dataclass(frozen=True, slots=True)
class IncomingReview:
    """A rating given elsewhere, or in another quizzer.

    `kind` is None where the source knows none of ours: the import tells it from the study day.
    `interval_days` is the interval chosen then, 0 within learning steps. The rest is for a log of quizzer's
    own: `order` is its place there, `study_day` and `zone` are facts that were stored, `origin` is where it
    came from before; else the order is that of time, the learner's calendar tells the day, and the file's
    origin is taken.
    """

    rating: Rating
    reviewed_at: datetime
    duration_ms: int
    interval_days: int
    kind: ReviewKind | None = None
    quality: int | None = None
    scheduler: str = ""
    order: int = 0
    study_day: date | None = None
    zone: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class IncomingEvent:
    """What happened to a card in another quizzer and is no review; `data` is what the log had with it."""

    kind: EventKind
    happened_at: datetime
    order: int
    study_day: date
    zone: str
    data: str | None = None


@dataclass(frozen=True, slots=True)
class IncomingReschedule:
    """A change of the scheduler in another quizzer."""

    choice: SchedulerChoice
    happened_at: datetime
    order: int
    study_day: date
    zone: str


class LeftOut(StrEnum):
    """What a source knows of a card and quizzer does not keep."""

    RESET = "reset"  # a review from before the card was made new again
    MOVED = "moved"  # an entry of the log without an answer, as for a day that was set by hand
    BURIED = "buried"
    COLOUR = "colour"  # of a flag


@dataclass(frozen=True, slots=True)
class IncomingCard:
    """What the source knows of one face ("", "reverse", "c2") of a note; reviews in the order of time.

    `events` come from another quizzer; a reader of foreign files leaves them empty and says in
    `is_suspended` and `is_flagged` how the card stands. `left_out` counts what it does not bring.
    """

    face: str
    reviews: tuple[IncomingReview, ...] = ()
    placement: Placement | None = None
    is_suspended: bool = False
    is_flagged: bool = False
    events: tuple[IncomingEvent, ...] = ()
    left_out: Mapping[LeftOut, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class IncomingNote:
    """A note as it comes in.

    `key` is what the source knows the note by, the same in every later version of it; `note.id` follows
    from it. `deck` is the path of its deck in a tree. `where` names its place in a message
    ("words.csv:12"). `media` are the names of the files that its texts refer to as `media/NAME`. A note that
    `is_shipped` came with quizzer there: where it comes with quizzer here as well, ours stands. The source
    last changed it at `changed_at_s`, in seconds since 1970, 0 if that is not known. One that `is_ours` was
    exported by quizzer: it comes as it was, with links to files that may follow it.
    A note that `is_copy` comes from another quizzer, and says in `original` what it was made of there.
    """

    key: str
    note: Note
    deck: tuple[str, ...]
    where: str
    cards: tuple[IncomingCard, ...] = ()
    media: tuple[str, ...] = ()
    is_shipped: bool = False
    changed_at_s: int = 0
    is_ours: bool = False
    is_copy: bool = False


@dataclass(frozen=True, slots=True)
class IncomingDeck:
    """What the source says of the deck `path`; without it, id and title follow from the path."""

    path: tuple[str, ...]
    id: str
    title: str
    description: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """What could not be taken, and why, with the next step."""

    where: str
    reason: str


@dataclass(frozen=True, slots=True)
class Incoming:
    """All that a file holds.

    `origin` names the program in the review log ("anki", "csv"). `media` reads the bytes of a file by its
    name, when they are wanted. `loose` are cards by their keys whose notes the file does not hold: katas,
    and those that no deck has any more. `remarks` tell what was left out of notes that came, `skipped` notes
    were left out because the learner says so.
    """

    origin: str
    notes: tuple[IncomingNote, ...]
    refused: tuple[Refused, ...] = ()
    media: Mapping[str, Callable[[], bytes]] = field(default_factory=dict)
    decks: tuple[IncomingDeck, ...] = ()
    loose: Mapping[str, IncomingCard] = field(default_factory=dict)
    reschedules: tuple[IncomingReschedule, ...] = ()
    remarks: tuple[Refused, ...] = ()
    skipped: int = 0
