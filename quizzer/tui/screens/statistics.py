"""Statistics: what was done and how much of it stayed; readiness, and the way to what is weak."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.events import Resize
from textual.widgets import DataTable, Footer, Static, TabbedContent, TabPane

from quizzer.core.counted import counted
from quizzer.core.readiness import Readiness
from quizzer.core.stats.statistics import Statistics
from quizzer.markup.chart import SHADES
from quizzer.services.readiness import read_readiness
from quizzer.services.readiness_text import NO_SYLLABUS, area_cells, area_lines, no_weakness, weakest_section
from quizzer.services.stats import read_statistics
from quizzer.services.stats_text import (
    EMPTY,
    Section,
    activity_section,
    forecast_section,
    hours_section,
    intervals_section,
    minutes_section,
    ratings_section,
    retention_section,
)
from quizzer.services.weak_session import open_weak_session
from quizzer.services.workspace import Workspace
from quizzer.tui.screens.base import WorkingScreen
from quizzer.tui.screens.message import MessageScreen
from quizzer.tui.screens.review import ReviewScreen
from quizzer.tui.widgets.row_table import RowTable

TABS = (("overview", "1 Overview"), ("memory", "2 Memory"), ("habits", "3 Habits"), ("ready", "4 Readiness"))
SHADE_STYLES = dict(
    zip(SHADES, ("$text-muted", "$success 70%", "$success 80%", "$success 90%", "$success"), strict=True)
)
READY_HEADS = ("Area", "covered", "learnt", "now", "katas")
LEAST_WIDTH = 28
WIDE = 160
MESSAGE_WIDTH = 66
WEAK_HINT = "w starts a session on just these; Enter on an area shows its topics."


@dataclass(frozen=True, slots=True)
class Figures:
    """All that the screen shows."""

    statistics: Statistics
    readiness: Readiness


class StatisticsScreen(WorkingScreen[None]):
    """Figures on four tabs."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(title[0], f"show('{name}')", title[2:], show=False) for name, title in TABS),
        Binding("left", "turn(-1)", "Tab before", show=False, key_display="←", priority=True),
        Binding("right", "turn(1)", "Next tab", show=False, key_display="→", priority=True),
        Binding("w", "practise", "Practise weak topics"),
        Binding("q,escape", "app.pop_screen", "Back", key_display="q"),
    ]
    CSS = """
    StatisticsScreen TabbedContent { height: 1fr; }
    StatisticsScreen TabPane { padding: 0; }
    StatisticsScreen VerticalScroll { padding: 0 1; scrollbar-size-vertical: 1; }
    StatisticsScreen .section { height: auto; }
    StatisticsScreen #areas { height: auto; max-height: 60%; margin: 0 0 1 0; }
    StatisticsScreen.wide VerticalScroll { layout: horizontal; }
    StatisticsScreen.wide .section { width: 1fr; }
    StatisticsScreen.wide #areas { width: 1fr; max-height: 100%; }
    """

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._figures: Figures | None = None

    def compose(self) -> ComposeResult:
        """Lay out the headline and a page a tab."""
        yield Static("Counting …", id="headline")
        with TabbedContent(initial=TABS[0][0]):
            for name, title in TABS[:-1]:
                with TabPane(title, id=name), VerticalScroll():
                    yield Static(id=f"{name}-first", classes="section")
                    yield Static(id=f"{name}-second", classes="section")
            with TabPane(TABS[-1][1], id=TABS[-1][0]), VerticalScroll():
                yield RowTable(id="areas")
                yield Static(id="weak", classes="section")
        yield Footer(show_command_palette=False)

    async def on_screen_resume(self) -> None:
        """Count again: a session may have changed it."""
        figures = await self.attempt(self._read)
        if figures is not None:
            self._figures = figures
            self._show(figures)

    def on_resize(self, event: Resize) -> None:
        """Draw the charts for the new width."""
        if self._figures is not None:
            self._show_texts(self._figures)

    def action_show(self, tab: str) -> None:
        """Show a tab."""
        self.query_one(TabbedContent).active = tab
        self._focus_page()

    def action_turn(self, step: int) -> None:
        """Show the tab beside the present one."""
        names = [name for name, _ in TABS]
        place = names.index(self.query_one(TabbedContent).active)
        self.action_show(names[(place + step) % len(names)])

    async def action_practise(self) -> None:
        """Start a session on the weakest topics."""
        readiness = self._figures.readiness if self._figures else Readiness(())
        topics = [topic.topic.id for topic in readiness.weakest()]
        if not topics:
            self.notify(no_weakness(readiness))
            return
        session = await self.attempt(open_weak_session, self._workspace, topics)
        if session is not None:
            if session.is_cram:
                self.notify("None of these cards is due today: a cram, which moves no schedule.")
            await self.app.push_screen(ReviewScreen(session))

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Show the topics of the chosen area, and what to read on it."""
        readiness = self._figures.readiness if self._figures else Readiness(())
        for area in readiness.areas:
            if area.area.id == event.row_key.value:
                width = min(MESSAGE_WIDTH, self.size.width - 10)
                self.app.push_screen(MessageScreen("\n".join(area_lines(readiness, area, width))))

    def _read(self) -> Figures:
        return Figures(read_statistics(self._workspace), read_readiness(self._workspace))

    def _show(self, figures: Figures) -> None:
        statistics = figures.statistics
        streak = statistics.streaks.current_days
        self.query_one("#headline", Static).update(
            Content.assemble(
                ("Statistics", "bold"),
                f"   {statistics.study_day:%A, %d %B}   ",
                (f"{counted(statistics.reviews, 'review')} in a year, streak {streak}", "bold"),
            )
        )
        self._show_texts(figures)
        self._show_areas(figures.readiness)
        self._focus_page()

    def _show_texts(self, figures: Figures) -> None:
        """Draw all charts; two stand beside each other where there is room."""
        is_wide = self.size.width >= WIDE
        self.set_class(is_wide, "wide")
        width = max(LEAST_WIDTH, (self.size.width // 2 if is_wide else self.size.width) - 4)
        for name, parts in _pages(figures.statistics, width).items():
            for place, sections in zip(("first", "second"), parts, strict=True):
                self.query_one(f"#{name}-{place}", Static).update(_content(*sections))
        weak = weakest_section(figures.readiness, width)
        hint = ("", WEAK_HINT) if figures.readiness.weakest() else ()
        text = _content(replace(weak, lines=(*weak.lines, *hint)))
        self.query_one("#weak", Static).update(text if figures.readiness.areas else Content(NO_SYLLABUS))

    def _show_areas(self, readiness: Readiness) -> None:
        table = self.query_one("#areas", DataTable)
        row = table.cursor_row
        table.clear(columns=True)
        for head in READY_HEADS:
            table.add_column(head if head == READY_HEADS[0] else f"{head:>7}")
        for area in readiness.areas:
            title, *cells = area_cells(area)
            table.add_row(Text(title), *(Text(f"{cell:>7}") for cell in cells), key=area.area.id)
        table.move_cursor(row=row)
        table.display = bool(readiness.areas)

    def _focus_page(self) -> None:
        pane = self.query_one(TabbedContent).active_pane
        if pane is not None:
            is_table = pane.id == TABS[-1][0] and self.query_one("#areas").display
            target = self.query_one("#areas") if is_table else pane.query_one(VerticalScroll)
            target.focus(scroll_visible=False)


def _pages(statistics: Statistics, width: int) -> dict[str, tuple[Sequence[Section], Sequence[Section]]]:
    """Return what stands on each tab, in two parts that may stand beside each other."""
    if statistics.is_empty:
        return {name: ([Section(EMPTY, ())], []) for name, _ in TABS[:-1]}
    return {
        "overview": (
            [activity_section(statistics, width)],
            [forecast_section(statistics), minutes_section(statistics)],
        ),
        "memory": ([retention_section(statistics)], [intervals_section(statistics)]),
        "habits": ([ratings_section(statistics)], [hours_section(statistics)]),
    }


def _content(*sections: Section) -> Content:
    """Return sections, their titles bold, and hues beside the glyphs of a heatmap."""
    parts: list[Content] = []
    for section in sections:
        parts.append(Content.styled(section.title, "bold"))
        parts += [_shaded(line) if section.is_heatmap else Content(line) for line in section.lines]
        parts.append(Content())
    return Content("\n").join(parts)


def _shaded(line: str) -> Content:
    return Content.assemble(*(("".join(run), style) for style, run in groupby(line, key=_style_of)))


def _style_of(character: str) -> str:
    return SHADE_STYLES.get(character, "")
