"""What stands beside the text of a card: its id, its schedule, its tags."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from quizzer.core.placement import Placement

# The plugin's comment, of today (one or more) and of old: <!--SR:!2026-01-01,3,250!2026-01-05,7,270-->
_SCHEDULE = re.compile(r"[ \t]*<!--SR:(?P<cards>[^>\n]*)-->")
_CARD = re.compile(r"(?P<due>\d{4}-\d\d-\d\d),(?P<interval>\d{1,6})(?:\.\d+)?,(?P<ease>\d{1,5})(?:\.\d+)?")
_NEW = "2000-01-01"
"""The date at which the plugin has cards that were never asked."""

_ID = re.compile(r"[ \t]*<!-- *id: *(?P<id>[^\n]*?) *-->")
_LINE_MARKS = re.compile(r"[ \t]*(?:>[ \t]*)*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?)?")
_TAG = re.compile(r"#[^\s#][^\s#]*")


@dataclass(frozen=True, slots=True)
class CardLines:
    """The lines of a card without what stands beside its text.

    `placements` are those of its faces in order, None for one that was never asked; None for all where the
    schedule cannot be read.
    """

    lines: tuple[str, ...]
    key: str = ""
    placements: tuple[Placement | None, ...] | None = ()


def take_comments(lines: Sequence[str], fenced: Sequence[bool]) -> CardLines:
    """Return the lines of a card without its comments; within fences of code none is read."""
    key = ""
    placements: tuple[Placement | None, ...] | None = ()
    kept: list[str] = []
    for line, is_fenced in zip(lines, fenced, strict=True):
        if is_fenced or "<!--" not in line:
            kept.append(line)
            continue
        if match := _ID.search(line):
            key = match["id"]
        if match := _SCHEDULE.search(line):
            placements = _placements(match["cards"])
        rest = _SCHEDULE.sub("", _ID.sub("", line))
        if rest.strip() and not (rest.strip().startswith("<!--") and rest.strip().endswith("-->")):
            kept.append(rest)
    return CardLines(tuple(kept), key, placements)


def is_comment(line: str) -> bool:
    """Say whether a line is the comment of a card: its id or its schedule."""
    text = line.strip()
    return (_ID.fullmatch(text) or _SCHEDULE.fullmatch(text)) is not None


def without_line_marks(line: str) -> str:
    """Return a line without the marks of a quote, of a list's item and of a task before its text."""
    marks = _LINE_MARKS.match(line)
    return line[marks.end() :] if marks else line


def split_tags(line: str) -> tuple[tuple[str, ...], str]:
    """Return the tags at the start of a line, and the rest of it."""
    tags = []
    rest = line.strip()
    while match := _TAG.match(rest):
        if match.end() < len(rest) and not rest[match.end()].isspace():
            break
        tags.append(match[0][1:])
        rest = rest[match.end() :].lstrip()
    return tuple(tags), rest


def deck_of_tag(tags: Sequence[str], root: str) -> tuple[str, ...] | None:
    """Return the path of the deck that the first tag below `root` names, () for `root` itself."""
    for tag in tags:
        name, *path = tag.split("/")
        if name.lower() == root.lower():
            return tuple(part for part in path if part)
    return None


def _placements(text: str) -> tuple[Placement | None, ...] | None:
    parts = [part for part in text.split("!") if part.strip()]
    matches = [_CARD.fullmatch(part.strip()) for part in parts]
    try:
        return tuple(_placement(match) for match in matches if match) if all(matches) else None
    except ValueError:
        return None  # the thirtieth of February


def _placement(match: re.Match[str]) -> Placement | None:
    if match["due"] == _NEW:
        return None
    # Its ease is in hundredths, like ours: 250 are 2.5.
    return Placement(date.fromisoformat(match["due"]), int(match["interval"]), ease_factor=int(match["ease"]))
