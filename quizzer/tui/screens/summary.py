"""The end of a session: what it was, and what comes next."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Footer, Static

from quizzer.services.review import NOTHING_TO_UNDO, ReviewSession
from quizzer.services.summary import summarise
from quizzer.tui.screens.base import WorkingScreen


class SummaryScreen(WorkingScreen[bool]):
    """Returns True if the session goes on because its last step was undone."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space,q,escape", "close", "Close", key_display="Enter"),
        Binding("u", "undo", "Undo"),
    ]

    def __init__(self, session: ReviewSession) -> None:
        super().__init__()
        self._session = session

    def compose(self) -> ComposeResult:
        """Show the summary in a box."""
        with Vertical(classes="panel") as panel:
            panel.border_title = "Session"
            yield Static(id="summary")
        yield Footer(show_command_palette=False)

    async def on_mount(self) -> None:
        """Sum the session up."""
        summary = await self.attempt(summarise, self._session)
        if summary is not None:
            lines = (*summary.sentences(), *self._session.workspace.notices)
            self.query_one("#summary", Static).update(Content("\n".join(lines)))

    def action_close(self) -> None:
        """Leave the session."""
        self.dismiss(False)

    async def action_undo(self) -> None:
        """Take the last step back and go on with its card."""
        steps = len(self._session.steps)
        if await self.attempt(self._session.undo):
            self.dismiss(True)
        elif steps == len(self._session.steps) == 0:
            self.notify(NOTHING_TO_UNDO)
