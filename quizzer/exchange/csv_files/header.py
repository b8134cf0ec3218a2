"""The lines `#key:value` at the top of a file, as Anki's text import reads and writes them.

Source: "Text Files, File Headers" in Anki's manual, and what the official client does with such files.
Keys are read without regard to case, unknown ones and plain comments are skipped, and a first line
`tags:a b` is an older way to say `#tags:a b`. `#quizzer:1` is ours: the file is an export of quizzer.
In such a file `#quizzer deck:` tells of a deck.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from quizzer.errors import UsageError
from quizzer.exchange.csv_files.deck_lines import KEY as DECK_KEY
from quizzer.exchange.csv_files.deck_lines import read_deck_line
from quizzer.exchange.incoming import IncomingDeck

SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "space": " ", "pipe": "|", "colon": ":"}
OURS = "quizzer"
VERSION = 1

_COLUMN_KEYS = {
    "guid column": "guid",
    "notetype column": "note type",
    "deck column": "deck",
    "tags column": "tags",
}
# What a spreadsheet puts behind a line that has fewer cells than others.
_TRAILING = re.compile(r"[,;\t|\s]+$")


@dataclass(frozen=True, slots=True)
class Header:
    """What the top of a file says; `columns` are the names of columns, as they stand there.

    `special` gives the places, from 0, of what is no field: "guid", "note type", "deck", "tags".
    `decks` are described in an export of ours. `line_count` lines belong to the header.
    """

    separator: str = ""
    is_html: bool | None = None
    tags: tuple[str, ...] = ()
    columns: str = ""
    note_type: str = ""
    deck: str = ""
    special: tuple[tuple[str, int], ...] = ()
    is_ours: bool = False
    decks: tuple[IncomingDeck, ...] = ()
    line_count: int = 0


def read_header(lines: list[str], name: str) -> Header:
    """Return what the lines at the top of the file `name` say.

    Raises:
        UsageError: If a line says what cannot be.
    """
    values: dict[str, tuple[str, int]] = {}
    decks: list[IncomingDeck] = []
    count = 0
    if lines and lines[0].startswith("tags:"):
        values["tags"] = (lines[0].removeprefix("tags:").strip("\n"), 1)
        count = 1
    while count < len(lines) and lines[count].startswith("#"):
        key, colon, value = lines[count][1:].strip("\n").partition(":")
        count += 1
        if key.strip().lower() == DECK_KEY:
            decks += filter(None, [read_deck_line(_TRAILING.sub("", value))])
        elif colon:
            values[key.strip().lower()] = (value, count)
    return Header(
        separator=_separator(values, name),
        is_html=_flag(values, name),
        tags=tuple(_plain(values, "tags").split()),
        columns=values.get("columns", ("", 0))[0],
        note_type=_plain(values, "notetype"),
        deck=_plain(values, "deck"),
        special=tuple(_special(values, name)),
        is_ours=_is_ours(values, name),
        decks=tuple(decks),
        line_count=count,
    )


def is_our_header(lines: list[str]) -> bool:
    """Say whether the lines at the top of a file are those of an export of quizzer."""
    return any(line.startswith(f"#{OURS}:") for line in lines)


def _plain(values: dict[str, tuple[str, int]], key: str) -> str:
    return _TRAILING.sub("", values.get(key, ("", 0))[0]).strip()


def _separator(values: dict[str, tuple[str, int]], name: str) -> str:
    value, line = values.get("separator", ("", 0))
    if not value:
        return ""
    word = _plain(values, "separator").lower()
    if word in SEPARATORS:
        return SEPARATORS[word]
    if value in SEPARATORS.values():
        return value
    known = ", ".join(SEPARATORS)
    raise UsageError(
        f"{name}:{line}: the separator is {value[:40]!r}, expected one of {known}: write one of them."
    )


def _flag(values: dict[str, tuple[str, int]], name: str) -> bool | None:
    if "html" not in values:
        return None
    word = _plain(values, "html").lower()
    if word not in ("true", "false"):
        line = values["html"][1]
        raise UsageError(f"{name}:{line}: html is {word[:40]!r}, expected true or false: write one of them.")
    return word == "true"


def _special(values: dict[str, tuple[str, int]], name: str) -> list[tuple[str, int]]:
    found = []
    for key, what in _COLUMN_KEYS.items():
        if key not in values:
            continue
        word, line = _plain(values, key), values[key][1]
        if not (word.isascii() and word.isdecimal() and 0 < int(word[:6]) <= 1_000):
            raise UsageError(
                f"{name}:{line}: {key} is {word[:40]!r}, expected the number of a column: write 1, 2, ..."
            )
        found.append((what, int(word) - 1))
    return found


def _is_ours(values: dict[str, tuple[str, int]], name: str) -> bool:
    if OURS not in values:
        return False
    word, line = _plain(values, OURS), values[OURS][1]
    if word != str(VERSION):
        raise UsageError(
            f"{name}:{line}: the file is of version {word[:20]!r} of quizzer's tables, expected {VERSION}: "
            "read it with the quizzer that wrote it, or a newer one."
        )
    return True
