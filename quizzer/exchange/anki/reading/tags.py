"""Anki's tags as ours: one line each, none twice, and not more than a note may have."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from quizzer.core.note import Level
from quizzer.markup.clean import clean_line

MAX_TAGS = 100
MAX_TAG = 200
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Labels:
    """What the tags of a note say."""

    tags: tuple[str, ...] = ()
    level: Level | None = None
    topics: tuple[str, ...] = ()


def read_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Return tags as they may stand in a deck; their hierarchy (`a::b`) stays."""
    cleaned = (clean_line(tag)[:MAX_TAG].strip() for tag in tags)
    return tuple(dict.fromkeys(tag for tag in cleaned if tag))[:MAX_TAGS]


def read_labels(tags: Iterable[str]) -> Labels:
    """Return what the tags of an export of ours say: `level::x` and `topic::x` are fields here."""
    rest: list[str] = []
    level: Level | None = None
    topics: list[str] = []
    for tag in read_tags(tags):
        name, _, value = tag.partition("::")
        if name == "level" and value in {each.value for each in Level}:
            level = Level(value)
        elif name == "topic" and len(value) <= 100 and _ID.fullmatch(value):
            topics.append(value)
        else:
            rest.append(tag)
    return Labels(tuple(rest), level, tuple(topics))
