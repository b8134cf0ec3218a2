"""The first start: three questions, each with a good default, then the first card."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Footer, Input, OptionList, Static
from textual.widgets.option_list import Option

from quizzer.core.note import Level
from quizzer.services.config import Change
from quizzer.services.first_run import Answers, check_answer, keep_answers, select_first
from quizzer.services.selection import Selection
from quizzer.tui.screens.base import WorkingScreen

LEVELS: tuple[tuple[Level | None, str], ...] = (
    (None, "all levels, from the beginning"),
    (Level.MID, "mid: what everybody is asked"),
    (Level.SENIOR, "senior: trade-offs, failures, costs"),
    (Level.PRINCIPAL, "principal: systems and research"),
)


@dataclass(frozen=True, slots=True)
class Beginning:
    """What follows from the answers: the settings that changed, and the first session."""

    changes: tuple[Change, ...]
    selection: Selection


class WelcomeScreen(WorkingScreen[Beginning]):
    """Asks a new learner; Enter goes on, Escape takes all defaults."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go_on", "Next; at last, the first card", key_display="Enter", priority=True),
        Binding("escape", "defaults", "Take the defaults", key_display="Esc"),
    ]
    DEFAULT_CSS = """
    WelcomeScreen { align: center middle; }
    WelcomeScreen Input { margin: 0 0 1 0; background: $panel; }
    WelcomeScreen OptionList { height: auto; margin: 0 0 1 0; padding: 0; }
    WelcomeScreen OptionList, WelcomeScreen OptionList:focus { border: none; }
    """

    def __init__(self, zone: str) -> None:
        super().__init__()
        self._zone = zone

    def compose(self) -> ComposeResult:
        """Lay out the questions."""
        with VerticalScroll(classes="panel", can_focus=False) as panel:
            panel.border_title = "Welcome to quizzer"
            panel.border_subtitle = "Enter goes on, Esc takes the defaults"
            yield Static(
                "Cards come back when you are about to forget them. Three questions, then the first card. "
                "The settings (',' at home) change the answers later.\n"
            )
            yield Static("How many new cards a day?")
            yield Input(Answers().new_limit, id="new_limit", compact=True)
            yield Static("What is the first session about?")
            yield OptionList(*(Option(Content(words)) for _, words in LEVELS), id="level")
            yield Static(Content(f"At which hour does your day start? Your time zone is {self._zone}."))
            yield Input(Answers().rollover_hour, id="rollover_hour", compact=True)
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Begin with the first question."""
        self.query_one("#level", OptionList).highlighted = 0
        self.query_one("#new_limit").focus()

    async def action_go_on(self) -> None:
        """Go to the next question, once this one is answered; after the last, begin."""
        self.leave_key_to(Input, OptionList)
        await self._go_on()

    async def on_input_submitted(self) -> None:
        """Go on from a field."""
        await self._go_on()

    async def on_option_list_option_selected(self) -> None:
        """Go on from the list."""
        await self._go_on()

    async def _go_on(self) -> None:
        field = self.focused
        if isinstance(field, Input) and await self.attempt(check_answer, str(field.id), field.value) is None:
            return
        if self.focused is not None and self.focused.id == "rollover_hour":
            await self._begin(self._answers())
        else:
            self.focus_next()

    async def action_defaults(self) -> None:
        """Begin as if nothing had been changed."""
        await self._begin(Answers())

    def _answers(self) -> Answers:
        place = self.query_one("#level", OptionList).highlighted or 0
        return Answers(
            new_limit=self.query_one("#new_limit", Input).value,
            level=LEVELS[place][0],
            rollover_hour=self.query_one("#rollover_hour", Input).value,
        )

    async def _begin(self, answers: Answers) -> None:
        changes = await self.attempt(keep_answers, answers)
        if changes is not None:
            self.dismiss(Beginning(changes, select_first(answers)))
