"""What the learner handed in for a kata, newest first: when, what came of it, and the source; read-only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Footer, OptionList, Static
from textual.widgets.option_list import Option

from quizzer.core.counted import counted
from quizzer.core.sitting import Attempt
from quizzer.core.verdict import CaseStatus
from quizzer.tui.screens.text import TextScreen, code_content
from quizzer.tui.widgets.verdict_view import VerdictView


class AttemptsScreen(Screen[None]):
    """Lists attempts; the verdict of the one under the cursor stands below, Enter shows its source."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "source", "Show its source"),
        Binding("escape", "app.pop_screen", "Close", show=False),
        Binding("q", "app.pop_screen", "Close"),
    ]
    DEFAULT_CSS = """
    AttemptsScreen OptionList { height: 35%; margin: 1 1 0 1; }
    AttemptsScreen VerdictView { height: 1fr; padding: 0 1; }
    """

    def __init__(self, title: str, attempts: Sequence[Attempt], zone: tzinfo) -> None:
        super().__init__()
        self._title = title
        self._attempts = attempts
        self._zone = zone

    def compose(self) -> ComposeResult:
        """Lay out title, list, verdict and footer."""
        count = len(self._attempts)
        told = f"{self._title}: {count} attempt{'' if count == 1 else 's'}"
        yield Static(Content.styled(told, "bold"), id="headline")
        yield OptionList(*(Option(Content(self._line(attempt))) for attempt in self._attempts))
        yield VerdictView(id="past-verdict")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Let the keys go to the list."""
        self.query_one(OptionList).focus()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show the verdict of the attempt under the cursor."""
        self.query_one(VerdictView).show_verdict(self._attempts[event.option_index].verdict)

    def on_option_list_option_selected(self) -> None:
        """An attempt that is chosen by Enter or mouse shows its source."""
        self.action_source()

    def action_source(self) -> None:
        """Show what was handed in."""
        place = self.query_one(OptionList).highlighted
        if place is not None:
            attempt = self._attempts[place]
            self.app.push_screen(TextScreen(self._line(attempt), code_content(attempt.source)))

    def _line(self, attempt: Attempt) -> str:
        cases = attempt.verdict.cases
        passed = sum(case.status is CaseStatus.PASSED for case in cases)
        when = f"{attempt.graded_at.astimezone(self._zone):%Y-%m-%d %H:%M}"
        figures = f"{passed} of {counted(len(cases), 'case')}" if cases else "did not load"
        return f"{when}  {attempt.verdict.status:7}  {figures}, attempt {attempt.number} of its sitting"
