"""Renders statistics as one self-contained page: inline SVG, no script, nothing that is fetched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from quizzer.core.counted import counted
from quizzer.core.stats.activity import WEEK_DAYS, DayActivity, shade_days, week_starts

PAGE_START = '<!doctype html>\n<html lang="en" data-page="quizzer-statistics">'
"""What every page begins with, so that one is known from a file that is none."""
HIGHEST = 100  # pixels of the highest bar


@dataclass(frozen=True, slots=True)
class Bar:
    """A column of a chart: its name, count and what is told of it, its height, and what stands below it."""

    label: str
    count: int
    value: str
    size: float
    tick: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A day of the heatmap: column, row, shade 0 to 4, and what it brought."""

    week: int
    weekday: int
    shade: int
    label: str


def render_page(fields: Mapping[str, object]) -> str:
    """Return the page; every text in `fields` is escaped."""
    environment = Environment(
        loader=PackageLoader("quizzer.exchange.stats", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html.j2").render(fields, start=Markup(PAGE_START)) + "\n"


def make_bars(columns: Iterable[tuple[str, int, str, str]]) -> list[Bar]:
    """Return bars from label, count, what is told of the count, and tick; the highest is `HIGHEST`."""
    found = list(columns)
    most = max((count for _, count, _, _ in found), default=0)
    return [
        Bar(label, count, told, round(max(1.0, HIGHEST * count / most), 1) if count else 0.0, tick)
        for label, count, told, tick in found
    ]


def make_heatmap(days: Sequence[DayActivity]) -> list[Cell]:
    """Return a cell for each day."""
    first = week_starts(days)[0]
    shades = shade_days([day.reviews for day in days])
    return [
        Cell(
            week=(day.study_day - first).days // WEEK_DAYS,
            weekday=day.study_day.weekday(),
            shade=shade,
            label=f"{day.study_day:%a %d %b %Y}: {counted(day.reviews, 'review')}, {day.minutes:.0f} min",
        )
        for day, shade in zip(days, shades, strict=True)
    ]
