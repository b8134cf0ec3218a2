"""The application: which screen comes first, and the keys that hold everywhere."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen

from quizzer.services.review import ReviewSession
from quizzer.services.summary import summarise
from quizzer.services.workspace import Workspace
from quizzer.tui.screens.help import HelpScreen
from quizzer.tui.screens.home import HomeScreen
from quizzer.tui.screens.review import ReviewScreen

COMMANDS = ("Theme", "Quit")


class QuizzerApp(App[None]):
    """Home, or a review at once when a session is given."""

    TITLE = "quizzer"
    CSS_PATH = "quizzer.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark", "help", "Help", key_display="?"),
        Binding("ctrl+c", "leave", "Quit", show=False, priority=True),
        Binding("ctrl+q", "quit", "Quit", show=False, priority=True),
    ]

    def __init__(self, workspace: Workspace, session: ReviewSession | None = None) -> None:
        super().__init__()
        self.workspace = workspace
        self.session = session
        self.unexpected: Exception | None = None

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Offer what quizzer has no key of its own for."""
        return (command for command in super().get_system_commands(screen) if command.title in COMMANDS)

    def on_mount(self) -> None:
        """Show the first screen."""
        self.push_screen(HomeScreen(self.workspace) if self.session is None else ReviewScreen(self.session))

    def action_help(self) -> None:
        """List the keys."""
        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen([*self.screen.BINDINGS, *self.BINDINGS]))

    def action_leave(self) -> None:
        """Copy the selected text if there is any, else quit; every answer is saved already."""
        selected = self.screen.get_selected_text()
        if selected:
            self.copy_to_clipboard(selected)
            self.screen.clear_selection()
            self.notify("Copied.")
        else:
            self.exit()

    def _handle_exception(self, error: Exception) -> None:
        """Keep an unexpected error until the terminal is itself again, instead of drawing a traceback."""
        if self.is_headless:
            super()._handle_exception(error)  # tests see it at once
            return
        self.unexpected = error
        self.exit()


def run_review(session: ReviewSession) -> tuple[str, ...]:
    """Run a review; return the sentences that sum it up."""
    _run(QuizzerApp(session.workspace, session))
    return summarise(session).sentences()


def run_home(workspace: Workspace) -> None:
    """Run the application from its home screen."""
    _run(QuizzerApp(workspace))


def _run(app: QuizzerApp) -> None:
    app.run()
    if app.unexpected is not None:
        raise app.unexpected
