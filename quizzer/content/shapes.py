"""Shapes: what a field of a content file may hold. They are data; readers and the schema walk them."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as dataclass_field
from enum import Enum

ID_PATTERN = "[a-z0-9]+(-[a-z0-9]+)*"
NUMBER_PATTERN = r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?"
TOLERANCE_PATTERN = r"(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?%?"
MAX_TEXT = 100_000
MAX_LINE = 500
MAX_REGEX = 1_000
MAX_ID = 100


class Need(Enum):
    """Whose files must have a field."""

    OPTIONAL = "optional"
    SHIPPED = "shipped"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class Text:
    """Markdown of any number of lines."""

    noun: str = "text"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text."""

    noun: str = "one line of text"


@dataclass(frozen=True, slots=True)
class Id:
    """A kebab-case name; `reserved` ones are taken by the program."""

    noun: str = "an id of lower-case letters, digits and single hyphens"
    reserved: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Word:
    """One of a few words."""

    words: tuple[str, ...]

    @property
    def noun(self) -> str:
        """The words as a sentence names them."""
        return f"{', '.join(self.words[:-1])} or {self.words[-1]}"


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""

    noun: str = "true or false"


@dataclass(frozen=True, slots=True)
class Number:
    """A decimal number, kept as written; with `is_tolerance` a distance `N` or a share `N%`."""

    noun: str = "a number such as 0.5 or 1e-3"
    is_tolerance: bool = False


@dataclass(frozen=True, slots=True)
class Regex:
    """A regular expression of the package `regex`, which checks typed answers against it."""

    noun: str = "a regular expression"


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number in digits, kept as written."""

    at_least: int = 1

    @property
    def noun(self) -> str:
        """The numbers as a sentence names them."""
        return f"a whole number of at least {self.at_least}"


@dataclass(frozen=True, slots=True)
class Name:
    """A name of Python; with `is_dotted` one with its modules before it."""

    is_dotted: bool = False

    @property
    def noun(self) -> str:
        """The names as a sentence names them."""
        return "a full name such as torch.nn.functional.softmax" if self.is_dotted else "a name of Python"


Scalar = Text | Line | Id | Word | Flag | Number | Regex | Whole | Name


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list without duplicates."""

    item: Scalar | Record
    noun: str
    at_least: int = 0
    at_most: int | None = 100


@dataclass(frozen=True, slots=True)
class MapOf:
    """A mapping in which the file chooses the keys; of ids to ids, if nothing else is said."""

    noun: str
    key: Scalar = dataclass_field(default_factory=Id)
    value: Scalar | Record = dataclass_field(default_factory=Id)


@dataclass(frozen=True, slots=True)
class Nested:
    """A word, or a list of words and of such lists."""

    leaf: Word

    @property
    def noun(self) -> str:
        """The structure as a sentence names it."""
        return f"{self.leaf.noun}, or a list of such"


@dataclass(frozen=True, slots=True)
class Record:
    """A mapping with declared fields.

    Where `short` names a field, a plain text may stand for the record in the learner's files.
    """

    noun: str
    fields: tuple[Field, ...]
    short: str = ""


Shape = Scalar | ListOf | MapOf | Nested | Record


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a record; `example` is what may stand after `name: `.

    `inside` names the field of the outer record that this record is the value of.
    """

    name: str
    shape: Shape
    description: str
    example: str
    need: Need = Need.OPTIONAL
    learner_hint: str = ""
    inside: str = ""

    @property
    def label(self) -> str:
        """The field as a sentence names it."""
        return f"{self.inside}.{self.name}" if self.inside else self.name
