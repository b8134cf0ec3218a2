"""How many terminal cells a text takes, and lines of at most so many."""

from __future__ import annotations

import unicodedata

from quizzer.markup.clean import is_mark


def cell_width(text: str) -> int:
    """Return the cells `text` takes: two for a wide letter, none for a combining mark."""
    if text.isascii():
        return len(text)
    return sum(_width(character) for character in text)


def pad_cells(text: str, width: int) -> str:
    """Return `text` with blanks after it, `width` cells wide."""
    return text + " " * (width - cell_width(text))


def cut_cells(text: str, width: int) -> str:
    """Return `text` if it fits into `width` cells, else its beginning with an ellipsis."""
    if cell_width(text) <= width:
        return text
    taken = 0
    for i, character in enumerate(text):
        taken += _width(character)
        if taken > width - 1:
            return text[:i].rstrip() + "…"
    return text


def wrap_cells(text: str, width: int) -> list[str]:
    """Return `text` in lines of at most `width` cells.

    A longer word keeps its line, so that an address can be copied; one of wide letters, which have no
    blanks between words, is broken.
    """
    lines: list[str] = []
    line = ""
    taken = 0
    for word in text.split():
        for part in _parts(word, width):
            size = cell_width(part)
            if line and taken + 1 + size > width:
                lines.append(line)
                line, taken = part, size
            else:
                line, taken = (f"{line} {part}", taken + 1 + size) if line else (part, size)
    return [*lines, line] if line else lines


def _parts(word: str, width: int) -> list[str]:
    if word.isascii() or cell_width(word) <= width or not any(_width(letter) == 2 for letter in word):
        return [word]
    parts = [""]
    taken = 0
    for letter in word:
        size = _width(letter)
        if taken + size > width and taken:
            parts.append("")
            taken = 0
        parts[-1] += letter
        taken += size
    return parts


def _width(character: str) -> int:
    if is_mark(character) or unicodedata.category(character) == "Cf":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
