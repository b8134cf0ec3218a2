r"""The comments with which our own documents say what stands where, and the escapes for texts that hold such.

A mark is the end of a line: `**Points** <!-- points -->`. In a text a backslash comes between `<` and `!` of
what would be one, and a further one where backslashes stand there already, so that reading takes one away.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

VERSION = 1
WORDS = (
    "quizzer",
    "deck",
    "id",
    "about",
    "question",
    "cloze",
    "choices",
    "accept",
    "answer",
    "points",
    "pitfall",
    "source",
)

_WORDS = "|".join(WORDS)
_MARK = re.compile(rf"(?P<label>.*?)[ \t]*<!-- *(?P<word>{_WORDS})\b(?:: *(?P<value>.*?))? *-->[ \t]*")
_CLOZE_START = re.compile(r"[ \t]*<!-- *cloze[ \t]*")
_OPENING = re.compile(rf"<(\\*)!-- *(?={_WORDS})")
_ESCAPED = re.compile(rf"<\\(\\*)!-- *(?={_WORDS})")
_END = re.compile(r"--(\\*)(?=!?>)")
_ESCAPED_END = re.compile(r"--\\(\\*)(?=!?>)")


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark at the end of a line: what stands before it, its word and its value."""

    label: str
    word: str
    value: str


def read_mark(line: str) -> Mark | None:
    """Return the mark that a line ends with, None where it has none."""
    if "<!--" not in line:
        return None
    match = _MARK.fullmatch(line)
    return Mark(match["label"], match["word"], match["value"] or "") if match else None


def starts_cloze(line: str) -> bool:
    """Say whether the lines below are the text of a cloze, up to the end of the comment."""
    return _CLOZE_START.fullmatch(line) is not None


def escape_marks(text: str) -> str:
    """Return a text in which no line has a mark."""
    return _OPENING.sub(lambda match: f"<\\{match[0][1:]}", text)


def unescape_marks(text: str) -> str:
    """Return the text that `escape_marks` was given."""
    return _ESCAPED.sub(lambda match: f"<{match[0][2:]}", text)


def escape_comment(text: str) -> str:
    """Return a text that ends no comment that it stands in."""
    return _END.sub(r"--\\\1", text)


def unescape_comment(text: str) -> str:
    """Return the text that `escape_comment` was given."""
    return _ESCAPED_END.sub(r"--\1", text)
