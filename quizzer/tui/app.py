"""The application: which screen comes first, and what holds everywhere: keys, commands, theme, signals."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.color import Color
from textual.filter import LineFilter, Monochrome, NoColor
from textual.screen import Screen
from textual.theme import Theme

from quizzer.errors import QuizzerError
from quizzer.services.review import ReviewSession
from quizzer.services.selection import Selection
from quizzer.services.summary import summarise
from quizzer.services.workspace import Workspace
from quizzer.tui.clipboard import copy_by_program
from quizzer.tui.colourless import Colourless, is_colour_unwanted
from quizzer.tui.destinations import DESTINATIONS
from quizzer.tui.ending import end_at_last
from quizzer.tui.screens.base import WorkingScreen
from quizzer.tui.screens.help import HelpScreen, lines_of
from quizzer.tui.screens.home import HomeScreen
from quizzer.tui.screens.message import MessageScreen
from quizzer.tui.screens.review import ReviewScreen
from quizzer.tui.themes import DARK, OWN

if TYPE_CHECKING:
    from quizzer.services.config import Change
    from quizzer.tui.screens.settings import SettingsScreen
    from quizzer.tui.screens.welcome import Beginning

COPIED_TO_FILE = "Where your terminal does not take what is copied: it stands in {path}"
ENDING_SIGNALS = ("SIGTERM", "SIGHUP")  # Windows knows one of them


class QuizzerApp(App[None]):
    """Home, or a review at once when a session is given; `is_first` asks a new learner first."""

    TITLE = "quizzer"
    CSS_PATH = "quizzer.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark", "help", "Help", key_display="?"),
        Binding("ctrl+c", "leave", "Quit; copy where text is selected", show=False, priority=True),
        Binding("ctrl+q", "quit", "Quit at once", show=False, priority=True),
    ]

    def __init__(
        self, workspace: Workspace, session: ReviewSession | None = None, *, is_first: bool = False
    ) -> None:
        super().__init__()
        self.no_color = is_colour_unwanted()
        self._colourless = Colourless(lambda: Color.parse(self.theme_variables["background"]))
        self.workspace = workspace
        self.session = session
        self.unexpected: Exception | None = None
        self.signal_number: int | None = None
        self._is_first = is_first
        self._kept_theme = ""

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Send no colour where none is wanted."""
        filters = [each for each in super().get_line_filters() if not isinstance(each, Monochrome | NoColor)]
        return [*filters, self._colourless] if self.no_color else filters

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Offer every screen, sessions with a deck or an area, themes, and the way out."""
        from quizzer.tui.commands import list_commands

        return list_commands(self, list(super().get_system_commands(screen)))

    def on_mount(self) -> None:
        """Show the first screen."""
        for theme in OWN:
            self.register_theme(theme)
        wanted = self.workspace.places.settings.theme
        self.theme = wanted if wanted in self.available_themes else DARK.name
        if self.theme != wanted:
            self.notify(f"There is no theme {wanted!r}; Ctrl+P, then 'Theme', lists them.", markup=False)
        self._kept_theme = self.theme
        self.theme_changed_signal.subscribe(self, self._keep_theme)
        self._end_on_signals()
        if self.session is not None:
            self.push_screen(ReviewScreen(self.session))
            return
        self.push_screen(HomeScreen(self.workspace))
        if self._is_first:
            from quizzer.tui.screens.welcome import WelcomeScreen

            self.push_screen(WelcomeScreen(self.workspace.calendar.zone_name), self._begin)

    def action_help(self) -> None:
        """List the keys."""
        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(lines_of(self.screen)))

    def action_open(self, name: str) -> None:
        """Go to a destination; one that is open already is come back to."""
        screen = DESTINATIONS[name].open(self.workspace)
        if not isinstance(self.screen, type(screen)):
            self.push_screen(screen)

    def action_explain_queries(self) -> None:
        """Show the query language."""
        from quizzer.tui.screens.query_page import QueryPageScreen

        if not isinstance(self.screen, QueryPageScreen):
            self.push_screen(QueryPageScreen())

    def action_home(self) -> None:
        """Leave all that lies over home."""
        while len(self.screen_stack) > 1 and not isinstance(self.screen, HomeScreen):
            self.pop_screen()
        if not isinstance(self.screen, HomeScreen):
            self.push_screen(HomeScreen(self.workspace))

    async def action_study(self, selection: Selection) -> None:
        """Start a session with what was selected."""
        self.action_home()
        if isinstance(self.screen, HomeScreen):
            await self.screen.study(selection)

    def action_leave(self) -> None:
        """Copy the selected text if there is any, else stop what is under way, else quit."""
        selected = self.screen.get_selected_text()
        if selected:
            self.copy_to_clipboard(selected)
            self.screen.clear_selection()
            self.notify("Copied.")
        elif not (isinstance(self.screen, WorkingScreen) and self.screen.interrupt()):
            self.exit()

    def on_settings_screen_changed(self, event: SettingsScreen.Changed) -> None:
        """Let a setting hold from now on, where the environment does not say otherwise."""
        self._take(event.change)

    def _take(self, change: Change) -> None:
        if change.variable:
            return
        self.workspace = self.workspace.with_setting(change.key, change.new)
        for screen in self.screen_stack:
            if isinstance(screen, HomeScreen):
                screen.workspace = self.workspace
        if change.key == "theme":
            self.theme = str(change.new)

    def copy_to_clipboard(self, text: str) -> None:
        """Copy by the terminal (OSC 52, which gives no answer), and by a program or else into a file."""
        super().copy_to_clipboard(text)
        self.run_worker(partial(self._copy_further, text), thread=True)

    def _copy_further(self, text: str) -> None:
        if copy_by_program(text):
            return
        from quizzer.services.copied import keep_copy
        from quizzer.services.katas import shown

        try:
            said = COPIED_TO_FILE.format(path=shown(keep_copy(text, self.workspace.places.workspace)))
        except QuizzerError as error:
            said = str(error)
        self.call_from_thread(self.notify, said, markup=False)

    async def _begin(self, beginning: Beginning | None) -> None:
        """Start the first session of a new learner."""
        if beginning is not None:
            for change in beginning.changes:
                self._take(change)
            await self.action_study(beginning.selection)

    async def _keep_theme(self, theme: Theme) -> None:
        """Write the theme that was chosen into the settings."""
        if theme.name == self._kept_theme:
            return
        self._kept_theme = theme.name
        from quizzer.services.config import set_setting

        try:
            change = await asyncio.to_thread(set_setting, "theme", theme.name)
        except QuizzerError as error:
            await self.push_screen(MessageScreen(str(error)))
            return
        self.workspace = self.workspace.with_setting("theme", change.new)
        for screen in self.screen_stack:
            if isinstance(screen, WorkingScreen):
                await screen.take_change()

    def _end_on_signals(self) -> None:
        """End as by Quit when the system or the terminal wants us to, so that nothing is left half done."""
        if self.is_headless or sys.platform == "win32":
            return
        for name in ENDING_SIGNALS:
            number = getattr(signal, name)
            asyncio.get_running_loop().add_signal_handler(number, self._end_by, number)

    def _end_by(self, number: int) -> None:
        self.signal_number = number
        for screen in self.screen_stack:
            if isinstance(screen, WorkingScreen):
                screen.rescue()
        end_at_last(128 + number)  # as a shell reports it
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


def run_home(workspace: Workspace, *, is_first: bool = False) -> None:
    """Run the application from its home screen; `is_first` asks a new learner three questions first."""
    _run(QuizzerApp(workspace, is_first=is_first))


def _run(app: QuizzerApp) -> None:
    app.run()
    if app.unexpected is not None:
        raise app.unexpected
    if app.signal_number is not None:
        sys.exit(128 + app.signal_number)
