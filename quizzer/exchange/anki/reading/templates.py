"""Templates of Anki: their conditions, which are decided for each note, and which fields they show."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass

from quizzer.markup.from_html import plain_from_html

MAX_TEMPLATE = 200_000
ALWAYS_FILLED = frozenset(("FrontSide", "Type", "Deck", "Subdeck", "Card", "CardFlag", "CardID"))
TAGS = "Tags"

_COMMENT = re.compile(
    r"<!--.*?(?:-->|$)|<script\b.*?(?:</script>|$)|<style\b.*?(?:</style>|$)", re.DOTALL | re.I
)
_TAG = re.compile(r"\{\{\{?\s*([#^/]?)\s*([^{}\n]{1,500}?)\s*\}?\}\}")
_EMPTY = re.compile(r"(?:\s|</?(?:br|div)\ ?/?>)*+", re.IGNORECASE)
_WORD = re.compile(r"\w")
# What stands for no field of the note.
_SPECIAL = ALWAYS_FILLED | {TAGS}


@dataclass(frozen=True, slots=True)
class Shown:
    """A field that a template shows, and through which filters."""

    name: str
    filters: tuple[str, ...] = ()

    @property
    def is_typed(self) -> bool:
        """Whether the learner types it."""
        return "type" in self.filters

    @property
    def is_cloze(self) -> bool:
        """Whether its deletions are hidden."""
        return "cloze" in self.filters


def bare(source: str) -> str:
    """Return a template without comments, scripts and styles."""
    return _COMMENT.sub("", source[:MAX_TEMPLATE])


def conditions_of(source: str) -> frozenset[str]:
    """Return the names that a bare template asks of whether they are filled."""
    return frozenset(content for sign, content in _TAG.findall(source) if sign in ("#", "^"))


def decide(source: str, filled: Container[str]) -> str:
    """Return a bare template as it is for a note in which these fields are filled.

    An end without a start is passed over, as an end that is missing: Anki shows no such template.
    """
    parts: list[str] = []
    open_names: list[tuple[str, bool]] = []
    position = failed = 0
    for match in _TAG.finditer(source):
        if not failed:
            parts.append(source[position : match.start()])
        position = match.end()
        sign, content = match.groups()
        if sign == "/":
            failed -= _close(open_names, content)
        elif sign:
            holds = (content in filled) == (sign == "#")
            open_names.append((content, holds))
            failed += not holds
        elif not failed:
            parts.append(match[0])
    if not failed:
        parts.append(source[position:])
    return "".join(parts)


def read_template(source: str) -> tuple[Shown, ...]:
    """Return the fields that a template shows once its conditions are decided, in their order."""
    shown: list[Shown] = []
    for sign, content in _TAG.findall(source):
        *filters, name = content.split(":")
        if not sign and name not in _SPECIAL:
            shown.append(Shown(name, tuple(part.split(" ")[0] for part in filters)))
    return tuple(shown)


def names_of(shown: tuple[Shown, ...]) -> tuple[str, ...]:
    """Return the names of fields that are shown, each once."""
    return tuple(dict.fromkeys(each.name for each in shown))


def is_empty(html: str) -> bool:
    """Say whether a field counts as empty, for conditions and for which cards there are, as in Anki."""
    return _EMPTY.fullmatch(html) is not None


def frame_of(source: str, name: str) -> tuple[str, str]:
    """Return what a decided template says before and after the field `name`, as HTML.

    Both are empty if no word remains.
    """
    sides: list[list[str]] = [[], []]
    position = side = 0
    for match in _TAG.finditer(source):
        sides[side].append(source[position : match.start()])
        position = match.end()
        if match[2].split(":")[-1] == name:
            side = 1
    sides[1].append(source[position:])
    before, after = map("".join, sides)
    return (before, after) if _WORD.search(plain_from_html(before + after)) else ("", "")


def _close(open_names: list[tuple[str, bool]], content: str) -> int:
    """Close a condition, with those in it; return how many of them did not hold."""
    failed = 0
    while open_names:
        name, holds = open_names.pop()
        failed += not holds
        if name == content:
            break
    return failed
