"""The two weeks to come as small bars, one a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from textual.content import Content
from textual.widgets import Static

LEVELS = " ▁▂▃▄▅▆▇█"
CELL_WIDTH = 5
HEAD_WIDTH = 9
LEAST_HEIGHT = 18  # a smaller window is for the decks


class Forecast(Static):
    """Bars, counts and days; as many days as there is room for."""

    def show(self, today: date, counts: Sequence[int]) -> None:
        """Show how many cards come back on each study day after today."""
        fits = max(0, (self.app.size.width - HEAD_WIDTH - 2) // CELL_WIDTH)
        self.update(Content("\n".join(draw_forecast(today, counts[:fits]))))
        self.display = any(counts) and self.app.size.height >= LEAST_HEIGHT


def draw_forecast(today: date, counts: Sequence[int]) -> tuple[str, str, str]:
    """Return three lines: a bar a day, its count, its weekday."""
    most = max(counts, default=0)
    bars = "".join(f"{_bar(count, most) * 3:>{CELL_WIDTH}}" for count in counts)
    numbers = "".join(f"{_short(count):>{CELL_WIDTH}}" for count in counts)
    days = "".join(f"{today + timedelta(days=day):%a}".rjust(CELL_WIDTH) for day in range(1, len(counts) + 1))
    return f"{'To come':{HEAD_WIDTH}}{bars}", f"{'':{HEAD_WIDTH}}{numbers}", f"{'':{HEAD_WIDTH}}{days}"


def _bar(count: int, most: int) -> str:
    return LEVELS[-(-count * (len(LEVELS) - 1) // most)] if most else LEVELS[0]


def _short(count: int) -> str:
    return str(count) if count < 10_000 else f"{count // 1000}k"
