"""A note: what is authored. Its faces become cards (`card.py`)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class NoteKind(StrEnum):
    """How a note asks."""

    BASIC = "basic"
    CLOZE = "cloze"
    CHOICES = "choices"
    ACCEPT = "accept"


class Level(StrEnum):
    """Who is expected to know it."""

    MID = "mid"
    SENIOR = "senior"
    PRINCIPAL = "principal"


class Checked(StrEnum):
    """How the fact on a note was verified."""

    OPENED = "opened"
    COMPUTED = "computed"
    RECALLED = "recalled"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact comes from."""

    cite: str
    checked: Checked | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """The right answer of a multiple choice note and its distractors."""

    right: str
    wrong: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Accept:
    """What a typed answer must be; exactly one of texts, regex and number is set.

    `number` keeps the digits as authored; `tolerance` is an absolute distance
    ("0.05") or a share of the number ("1%"), "" for equality.
    """

    texts: tuple[str, ...] = ()
    regex: str = ""
    number: str = ""
    unit: str = ""
    tolerance: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """One authored fact. Texts are Markdown; `question` of a cloze note holds its marks.

    A learner's copy of a shipped note says in `original` what that note was: a hash of its YAML.
    """

    id: str
    kind: NoteKind
    question: str
    answer: str = ""
    reverse: bool = False
    choices: Choices | None = None
    accept: Accept | None = None
    level: Level | None = None
    topics: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    pitfall: str = ""
    source: Source | None = None
    kata: str = ""
    wants_kata: str = ""
    was: tuple[str, ...] = ()
    line: int = 0
    original: str = ""
