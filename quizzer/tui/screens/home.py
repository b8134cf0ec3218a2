"""Home: what today brings, area by area; one key starts the day."""

from __future__ import annotations

import math
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Footer, Static

from quizzer.core.counted import counted
from quizzer.services.day import Day, look_at_day
from quizzer.services.due import DueReport
from quizzer.services.review import ReviewSession
from quizzer.services.selection import Selection
from quizzer.services.workspace import Workspace
from quizzer.tui.destinations import DESTINATIONS
from quizzer.tui.kata_link import go_to_kata
from quizzer.tui.screens.base import WorkingScreen
from quizzer.tui.screens.review import ReviewScreen
from quizzer.tui.widgets.deck_tree import DeckTree
from quizzer.tui.widgets.forecast import Forecast


class HomeScreen(WorkingScreen[None]):
    """Shows areas and decks with what is due, new and left to drill, and what is beside them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "start", "Start", key_display="Space"),
        Binding("enter", "start", "Start; unfold an area", show=False),
        *(Binding(d.key, f"app.open('{d.name}')", d.title) for d in DESTINATIONS.values()),
        Binding("q", "app.quit", "Quit"),
        Binding("escape", "stay", "Say how to quit", show=False),
    ]

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.workspace = workspace
        self._day: Day | None = None

    def compose(self) -> ComposeResult:
        """Lay out headline, decks, forecast, remarks and footer."""
        yield Static(id="headline")
        yield Static(id="glance")
        yield DeckTree(id="decks")
        yield Forecast(id="forecast")
        yield Static(id="remarks", classes="faint")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Let the keys go to the table."""
        self.query_one(DeckTree).focus()

    async def on_screen_resume(self) -> None:
        """Count again: a session, another process or a new day may have changed it."""
        day = await self.attempt(look_at_day, self.workspace)
        if day is not None:
            self._day = day
            self._show(day)

    def on_resize(self) -> None:
        """Show as much of the days to come as there is room for."""
        if self._day is not None:
            self._show_forecast(self._day)

    def action_start(self) -> None:
        """Start what the cursor stands on."""
        self.query_one(DeckTree).start()

    def action_stay(self) -> None:
        """Escape leads here from everywhere: once too often must not end the application."""
        self.notify("This is home; q quits.")

    async def on_deck_tree_started(self, event: DeckTree.Started) -> None:
        """Open a session with the cards that were chosen, or the kata."""
        if event.selection is None:
            await go_to_kata(self, self.workspace, event.kata)
            return
        await self.study(event.selection)

    async def study(self, selection: Selection) -> None:
        """Open a session with what was selected."""
        session = await self.attempt(self._open_session, selection)
        if session is not None:
            await self.app.push_screen(ReviewScreen(session))

    def _open_session(self, selection: Selection) -> ReviewSession:
        session = ReviewSession(self.workspace, selection)
        session.check_clock()
        return session

    def _show(self, day: Day) -> None:
        self.query_one("#headline", Static).update(
            Content.assemble(
                ("quizzer", "bold"), f"   {day.report.study_day:%A, %d %B}   ", (_left(day.report), "bold")
            )
        )
        self.query_one("#glance", Static).update(Content(_glance(day)))
        self.query_one(DeckTree).show(day)
        self._show_forecast(day)
        self.query_one("#remarks", Static).update(Content(self._remarks(day.report)))

    def _show_forecast(self, day: Day) -> None:
        self.query_one(Forecast).show(day.report.study_day, day.forecast)

    def _remarks(self, report: DueReport) -> str:
        limits = self.workspace.limits
        bounds = f"A day brings at most {limits.new} new and {limits.reviews} due cards"
        remarks = [f"{bounds}; an area alone can use them up."]
        if not report.decks:
            remarks = ["There are no decks yet: 'quizzer deck new NAME' starts one."]
        faults = len(self.workspace.library.faults)
        if faults:
            remarks.append(f"{counted(faults, 'fault')} in decks: 'quizzer deck lint' shows each.")
        return "\n".join(remarks)


def _left(report: DueReport) -> str:
    rare = {"in learning": report.learning, "pulled": report.pulled}
    first = "".join(f"{count} {word}, " for word, count in rare.items() if count)
    left = f"{first}{report.due} due, {report.new} new, {report.drill} to drill"
    nothing = "No card is left for today" if report.katas else "Nothing is left for today"
    return left if report.total else nothing


def _glance(day: Day) -> str:
    parts = []
    if day.report.total:
        parts.append("Space starts the day" if day.seconds is None else f"{_time(day.seconds)} left today")
    if day.streak_days:
        parts.append(f"{counted(day.streak_days, 'day')} in a row")
    if not day.report.total and day.forecast[0]:
        coming = day.forecast[0]
        parts.append(f"{counted(coming, 'card')} come{'s' if coming == 1 else ''} back tomorrow")
    return " · ".join(parts)


def _time(seconds: float) -> str:
    return "Less than a minute" if seconds < 60 else f"About {math.ceil(seconds / 60)} min"
