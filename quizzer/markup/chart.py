"""Charts of block characters: bars, columns, shades. Lines of plain text, whose meaning needs no hue."""

from __future__ import annotations

from collections.abc import Sequence

from quizzer.markup.width import cut_cells, pad_cells

SHADES = "·░▒▓█"
"""What the shades 0 to 4 of a heatmap look like."""
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_STEPS = " ▁▂▃▄▅▆▇█"


def draw_bar(value: float, most: float, width: int) -> str:
    """Return a bar of at most `width` cells, which `most` fills; what is not 0 is seen."""
    if value <= 0 or most <= 0:
        return ""
    eighths = max(1, round(8 * width * min(1.0, value / most)))
    full, rest = divmod(eighths, 8)
    return "█" * full + (_EIGHTHS[rest] if rest else "")


def draw_columns(values: Sequence[float], height: int, column: int = 1, gap: int = 0) -> list[str]:
    """Return the lines, the highest first, of columns `column` cells wide with `gap` blanks behind each."""
    most = max(values, default=0)
    eighths = [max(1, round(8 * height * value / most)) if value > 0 else 0 for value in values]
    return [
        "".join(_STEPS[min(8, max(0, size - 8 * row))] * column + " " * gap for size in eighths).rstrip()
        for row in reversed(range(height))
    ]


def draw_table(rows: Sequence[Sequence[str]], widths: Sequence[int]) -> list[str]:
    """Return rows of cells; a negative width sets its column to the right."""
    return [
        "  ".join(_cell(text, width) for text, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _cell(text: str, width: int) -> str:
    cut = cut_cells(text, abs(width))
    padded = pad_cells(cut, abs(width))
    return padded if width > 0 else " " * (len(padded) - len(cut)) + cut
