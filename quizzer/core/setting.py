"""What is declared of one setting: its kind, its default, its documentation."""

from __future__ import annotations

import json
import textwrap
from dataclasses import Field, dataclass
from enum import StrEnum
from typing import Any, Protocol

Value = int | str


class Kind(Protocol):
    """What a setting takes; `expected` says it in words."""

    @property
    def expected(self) -> str:
        """Return what is taken, as in "a whole number from 0 to 23"."""

    def read(self, value: object) -> Value:
        """Return `value`, from a file or as a text, as the setting's own.

        Raises:
            ValueError: If it is not of this kind; the text is what was expected.
        """


@dataclass(frozen=True, slots=True)
class Text:
    """Any text."""

    expected: str = "a text"

    def read(self, value: object) -> str:
        """Return the text."""
        if not isinstance(value, str):
            raise ValueError("a text in quotes was expected")
        return value


@dataclass(frozen=True, slots=True)
class PathName(Text):
    """A text that names a file or a folder wherever one stands; "~" is the home folder."""

    expected: str = "an absolute path"


@dataclass(frozen=True, slots=True)
class ZoneName(Text):
    """A text that names a time zone as the IANA does."""

    expected: str = "the name of a time zone"


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number from `low` to `high`."""

    low: int
    high: int

    @property
    def expected(self) -> str:
        """Return the range."""
        return f"a whole number from {self.low} to {self.high}"

    def read(self, value: object) -> int:
        """Return the number, which may stand in a text."""
        is_number = isinstance(value, int) and not isinstance(value, bool)
        if isinstance(value, str) and value.strip().isdecimal() and len(value) < 20:
            value, is_number = int(value), True
        if not isinstance(value, int) or not is_number or not self.low <= value <= self.high:
            raise ValueError(f"{self.expected} was expected")
        return value


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the values of an enumeration."""

    options: type[StrEnum]

    @property
    def expected(self) -> str:
        """Return the options."""
        *others, last = (repr(option.value) for option in self.options)
        return f"{', '.join(others)} or {last}"

    def read(self, value: object) -> StrEnum:
        """Return the option of that name."""
        try:
            return self.options(str(value))
        except ValueError:
            raise ValueError(f"{self.expected} was expected") from None


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as it is declared; `about` is its documentation, `example` a value or ""."""

    key: str
    default: Value
    kind: Kind
    about: str
    example: str

    @property
    def takes(self) -> str:
        """Return a sentence that says what values there are."""
        example = f", such as {to_literal(self.example)}" if self.example else ""
        return f"Takes {self.kind.expected}{example}."

    def read(self, value: object) -> Value:
        """Return `value` as this setting's own.

        Raises:
            ValueError: If it is not of its kind; the text is a sentence.
        """
        try:
            return self.kind.read(value)
        except ValueError as error:
            raise ValueError(f"'{self.key}' is {textwrap.shorten(repr(value), 60)}; {error}.") from None


def about(kind: Kind, text: str, example: str = "") -> dict[str, Any]:
    """Return the metadata of a field that is a setting."""
    return {"kind": kind, "about": text, "example": example}


def declared(field: Field[Any]) -> Setting:
    """Return what the field of a setting declares."""
    default: Any = field.default
    return Setting(key=field.name, default=default, **field.metadata)


def to_literal(value: Value) -> str:
    """Return a value as TOML and JSON write it."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", r"\u007f")
