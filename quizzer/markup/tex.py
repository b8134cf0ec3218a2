"""TeX math for the terminal: one line, or rows. None wherever we are not sure: the caller shows the TeX.

The only module that knows texicode. Its `texicode.pipeline.render_tex_rows` is internal and pinned to
1.0.5 in pyproject.toml: with another version, look at every formula of the golden files again.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

from quizzer.markup.clean import clean_line
from quizzer.markup.drawing import FIRST_PLACEHOLDER, LAST_PLACEHOLDER, Drawing
from quizzer.markup.formula import UnreadableError
from quizzer.markup.linear import line_of
from quizzer.markup.tex_reader import read_tex

_FAILURE = "TeXicode:"


@lru_cache(maxsize=1024)
def inline_math(tex: str) -> str | None:
    """Return the formula on one line, or None."""
    try:
        return line_of(read_tex(clean_line(tex)))
    except UnreadableError:
        return None


@lru_cache(maxsize=1024)
def math_rows(tex: str) -> tuple[str, ...] | None:
    """Return the formula as rows, aligned with each other and without blanks at their ends, or None."""
    drawing = Drawing()
    try:
        source = drawing.write(read_tex(clean_line(tex)))
    except UnreadableError:
        return None
    rows = _laid_out(source)
    if rows is None or not is_whole(rows, len(drawing.cells)):
        return None
    return _trimmed([_filled(row, drawing.cells) for row in rows])


def _laid_out(source: str) -> list[str] | None:
    from texicode.pipeline import render_tex_rows

    try:
        rows: list[str] = render_tex_rows(source, False)
    except Exception:  # the library states no contract; the tree we gave it is at worst not drawn
        return None
    if not rows or any(row.startswith(_FAILURE) or "?" in row for row in rows):
        return None
    return rows


def is_whole(rows: list[str], count: int) -> bool:
    """Say whether each placeholder came back exactly once."""
    found = Counter(letter for row in rows for letter in row if _number(letter) >= 0)
    return len(found) == count and all(times == 1 for times in found.values())


def _number(letter: str) -> int:
    """Return which placeholder it is, or a negative number for none."""
    return ord(letter) - FIRST_PLACEHOLDER if ord(letter) <= LAST_PLACEHOLDER else -1


def _filled(row: str, cells: list[str]) -> str:
    return "".join(cells[_number(letter)] if _number(letter) >= 0 else letter for letter in row)


def _trimmed(rows: list[str]) -> tuple[str, ...]:
    rows = [row.rstrip() for row in rows]
    margin = min((len(row) - len(row.lstrip()) for row in rows if row), default=0)
    return tuple(row[margin:] for row in rows)
