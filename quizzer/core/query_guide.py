"""The query language on one page, made from its declaration: what can be written, and what it finds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from quizzer.core.query import Field, Operator, Property, State

GAP = 2


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the guide; the `name` that it explains can be followed by what stands for a value."""

    name: str
    meaning: str
    value: str = ""

    @property
    def written(self) -> str:
        """What is written in a query."""
        return self.name + self.value


@dataclass(frozen=True, slots=True)
class Section:
    """Entries that belong together."""

    title: str
    entries: tuple[Entry, ...]

    def lines(self) -> list[str]:
        """Return a line an entry, the meanings below each other."""
        width = max(len(entry.written) for entry in self.entries) + GAP
        return [f"{entry.written:{width}}{entry.meaning}" for entry in self.entries]


WORDS = Section(
    "Words",
    (
        Entry("softmax", "in question, answer, id"),
        Entry('"softmax of"', "words side by side"),
        Entry("a b", "both"),
        Entry("a or b", "one of them, or both"),
        Entry("-a", "not that"),
        Entry("(a or b) c", "groups"),
    ),
)
FIELDS = Section(
    "Fields",
    (
        *(Entry(f"{field}:", field.meaning, "NAME") for field in Field),
        Entry("tag:trans*", "* is any text"),
    ),
)
STATES = Section("States", tuple(Entry(f"is:{state}", state.meaning) for state in State))
ANSWERS = Section(
    "Answers",
    (Entry("rated:7", "rated within 7 days"), Entry("rated:7:1", "with 1 Again ... 4 Easy")),
)
NUMBERS = Section(
    "Numbers",
    (
        *(Entry(f"prop:{prop}", prop.meaning) for prop in Property),
        Entry("prop:due<=3", " ".join(Operator)),
    ),
)
SECTIONS = (WORDS, FIELDS, ANSWERS, STATES, NUMBERS)
EXAMPLES = (
    "deck:attention is:due",
    "is:leech or rated:7:1",
    "prop:interval>30 -level:mid",
    '"flash attention" rated:30',
)


def guide_text(indent: str = "") -> str:
    """Return the guide as text in one column, each section under its title."""
    parts = [[section.title, *section.lines()] for section in SECTIONS]
    parts.append(["Examples", *EXAMPLES])
    return "\n\n".join(f"\n{indent}".join(part) for part in parts)


def guide_columns() -> tuple[Sequence[str], Sequence[str]]:
    """Return the guide as two columns of lines, "" between sections."""
    left = [*WORDS.lines(), "", *FIELDS.lines(), "", *ANSWERS.lines()]
    right = [*STATES.lines(), "", *NUMBERS.lines()]
    return left, right
