r"""The parts of a Markdown text in which marks mean nothing: code, in fences and in lines, and math."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

FENCE = re.compile(r"[ \t]*(?:(?:[-*+]|\d{1,9}[.)]) {1,4})?(`{3,}|~{3,})(.*)")

_OPENING = re.compile(r"\\[\s\S]|(`+)|\$\$?")
_INLINE_MATH = re.compile(r"\$(?![\s$])(?:[^$\\]|\\[\s\S])*?(?<!\s)\$(?![\d$])")
_CLOSING = {"\\(": "\\)", "\\[": "\\]", "$$": "$$"}


def fenced_lines(lines: Sequence[str]) -> list[bool]:
    """Return for each line whether it belongs to a fenced block of code, its fences included."""
    inside: list[bool] = []
    fence = ""
    for line in lines:
        match = FENCE.match(line)
        if not fence:
            # A run of backticks with others behind it is code in a line.
            if match and not (match[1][0] == "`" and "`" in match[2]):
                fence = match[1]
            inside.append(bool(fence))
            continue
        inside.append(True)
        marks = line.strip()
        if len(marks) >= len(fence) and marks == marks[0] * len(marks) and marks[0] == fence[0]:
            fence = ""
    return inside


class Protected:
    """The spans of a text in which marks mean nothing."""

    def __init__(self, text: str) -> None:
        self._spans = list(_spans(text))
        self._starts = [start for start, _ in self._spans]

    def __contains__(self, offset: int) -> bool:
        index = bisect_right(self._starts, offset) - 1
        return index >= 0 and offset < self._spans[index][1]

    def is_math(self, text: str, offset: int) -> bool:
        """Say whether the protected `offset` of `text` lies in math."""
        index = bisect_right(self._starts, offset) - 1
        return text.startswith(("$", "\\(", "\\["), self._spans[index][0])


def _spans(text: str) -> Iterator[tuple[int, int]]:
    lines = text.split("\n")
    fenced = fenced_lines(lines)
    position = 0
    start = 0
    for line, is_fenced in zip([*lines, ""], [*fenced, False], strict=True):
        # A paragraph ends at a blank line, and nothing in a line goes beyond it.
        if is_fenced or not line.strip():
            yield from _spans_in_paragraph(text, start, min(position, len(text)))
            start = position + len(line) + 1
        if is_fenced:
            yield position, position + len(line) + 1
        position += len(line) + 1


def _spans_in_paragraph(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    never: set[str] = set()
    position = start
    while match := _OPENING.search(text, position, end):
        close = _close(text, match, end, never)
        if close is None:
            position = match.end()
        else:
            yield match.start(), close
            position = close


def _close(text: str, opening: re.Match[str], end: int, never: set[str]) -> int | None:
    """Return where the span ends that starts with `opening`, None where it starts none.

    `never` are marks that are not closed from here on: each is looked for once.
    """
    mark = opening[0]
    if mark in never:
        return None
    if mark == "$":
        math = _INLINE_MATH.match(text, opening.start(), end)
        return math.end() if math else None
    if opening[1]:
        closing = re.compile(f"(?<!`){mark}(?!`)").search(text, opening.end(), end)
        found = closing.end() if closing else -1
    elif mark in _CLOSING:
        at = text.find(_CLOSING[mark], opening.end(), end)
        found = at + 2 if at >= 0 else -1
    else:
        return None
    if found < 0:
        never.add(mark)
        return None
    return found
