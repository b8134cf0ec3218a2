"""The table of figures beside the decks: each is computed again from what its question gives."""

from __future__ import annotations

import math
import re
import statistics
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

from quizzer.content.note_quality import texts_of
from quizzer.core.note import Note

UNITS = {name: 1000**power for power, name in enumerate(("KB", "MB", "GB", "TB"), 1)} | {
    name: 1024**power for power, name in enumerate(("KiB", "MiB", "GiB", "TiB"), 1)
}
NAMES: dict[str, Any] = {
    **{name: getattr(math, name) for name in dir(math) if not name.startswith("_")},
    **{
        name: getattr(statistics, name)
        for name in ("mean", "median", "variance", "pvariance", "stdev", "pstdev", "NormalDist")
    },
    **UNITS,
    "Fraction": Fraction,
    "__builtins__": {
        f.__name__: f
        for f in (sum, min, max, abs, round, len, range, zip, sorted, float, int, enumerate, all, any)
    },
}
_DIGITS = re.compile(r"-?\d[\d,]*(?:\.\d+)?(?:[eE][+-]?\d+)?")


@dataclass(frozen=True)
class Figure:
    """A figure as a note shows it, the expression it comes from, and what its digits are multiplied by."""

    note: str
    shown: str
    expression: str
    times: str = "1"

    @property
    def value(self) -> float:
        """What the expression comes to."""
        return float(eval(self.expression, dict(NAMES)))  # the table is our own

    @property
    def problem(self) -> str:
        """Say why the digits shown are not what is computed, "" where they are, to the last one."""
        if not _DIGITS.fullmatch(self.shown):
            return f"{self.shown!r} is no number"
        digits = self.shown.replace(",", "")
        scale = float(eval(self.times, dict(NAMES)))
        mantissa, _, exponent = digits.lower().partition("e")
        last = 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))
        # Half a unit of the last digit; a tie may be rounded either way.
        is_right = abs(float(digits) * scale - self.value) <= (0.5 + 1e-6) * last * scale + 1e-12 * abs(
            self.value
        )
        return (
            "" if is_right else f"{self.shown} x {self.times} is shown, {self.expression} = {self.value:.10g}"
        )


def read_figures(path: Path) -> Iterator[Figure]:
    """Yield the figures of a table: note id -> list of {shown, is, times}."""
    table = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    for note, rows in table.items():
        for row in rows:
            yield Figure(note, str(row["shown"]), str(row["is"]), str(row.get("times", 1)))


def missing_in(note: Note, figure: Figure) -> str:
    """Say that the note does not show the figure, "" where it does."""
    shown = re.compile(rf"(?<![\d.,]){re.escape(figure.shown)}(?![\d]|[.,]\d)")
    accepted = note.accept.number if note.accept else ""
    texts = [text.replace("{,}", ",").replace("\\,", ",") for _, text in texts_of(note)]
    return (
        "" if any(shown.search(text) for text in (*texts, accepted)) else f"{figure.shown} is not in the note"
    )


def unproved(note: Note, figures: list[Figure]) -> str:
    """Say that no figure of a note comes to the number it accepts, "" where one does or none is accepted."""
    if note.accept is None or not note.accept.number:
        return ""
    number = note.accept.number
    if any(not replace(figure, shown=number).problem for figure in figures):
        return ""
    return f"no figure comes to the accepted number {note.accept.number}"
