"""Today at a glance: what is left by area and deck, how long it takes, the streak, the days to come."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from quizzer.content.library import Library
from quizzer.core.deck import Deck
from quizzer.core.queue import DAY_TURNS, DeckCount
from quizzer.services.due import DueReport, report_here
from quizzer.services.workspace import Workspace
from quizzer.storage.day_reads import count_due_days, count_streak_days
from quizzer.storage.schedule_reads import read_median_duration

FORECAST_DAYS = 14


@dataclass(frozen=True, slots=True)
class DeckRow:
    """A deck with its part of what is left today; `unseen` of its notes may still bring a new card."""

    id: str
    title: str
    counts: DeckCount
    unseen: int
    notes: int = 0


@dataclass(frozen=True, slots=True)
class AreaRow:
    """An area of the syllabus with its decks; "" is the area of what belongs to none."""

    id: str
    title: str
    counts: DeckCount
    decks: tuple[DeckRow, ...]

    @property
    def unseen(self) -> int:
        """How many notes of its decks may still bring a new card."""
        return sum(deck.unseen for deck in self.decks)


@dataclass(frozen=True, slots=True)
class Day:
    """The study day: `areas` in learning order, `seconds` expected (None before the first timed answers).

    `forecast` counts the cards that come back on each of the 14 study days after today.
    """

    report: DueReport
    areas: tuple[AreaRow, ...]
    seconds: float | None
    streak_days: int
    forecast: tuple[int, ...]


def look_at_day(workspace: Workspace) -> Day:
    """Return the present study day."""
    report = report_here(workspace)
    with workspace.database.peeking() as run:
        seconds_a_review = read_median_duration(run)
        streak_days = count_streak_days(run, report.study_day)
        forecast = count_due_days(run, report.study_day, FORECAST_DAYS)
    return Day(
        report=report,
        areas=group_by_area(report, workspace.library),
        seconds=None if seconds_a_review is None else report.total * seconds_a_review,
        streak_days=streak_days,
        forecast=forecast,
    )


def group_by_area(report: DueReport, library: Library) -> tuple[AreaRow, ...]:
    """Return the decks of the report under the areas that most of their topics belong to."""
    counts = {deck.deck: deck for deck in report.decks}
    unseen = {deck.deck: deck.new for deck in report.waiting}
    area_of_topic = {topic.id: area.id for area in library.syllabus.areas for topic in area.topics}
    rows: dict[str, list[DeckRow]] = {}
    for deck in library.decks:
        if deck.id in counts:
            row = DeckRow(deck.id, deck.title, counts.pop(deck.id), unseen[deck.id], len(deck.notes))
            rows.setdefault(_area_of(deck, area_of_topic), []).append(row)
    for rest in counts.values():  # another process has read decks that we have not
        rows.setdefault("", []).append(DeckRow(rest.deck, rest.deck, rest, unseen[rest.deck]))
    titles = {area.id: area.title for area in library.syllabus.areas} | {"": "Other decks"}
    return tuple(
        AreaRow(area, title, _sum([row.counts for row in rows[area]]), tuple(rows[area]))
        for area, title in titles.items()
        if area in rows
    )


def _area_of(deck: Deck, area_of_topic: dict[str, str]) -> str:
    areas = Counter(area_of_topic[t] for note in deck.notes for t in note.topics if t in area_of_topic)
    return areas.most_common(1)[0][0] if areas else ""


def _sum(counts: list[DeckCount]) -> DeckCount:
    return DeckCount("", **{turn.value: sum(count.of(turn) for count in counts) for turn in DAY_TURNS})
