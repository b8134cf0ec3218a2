"""A question with a few answers, each with its key; a list that the mouse can choose from, too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.events import Key
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from quizzer.tui.screens.panel import PanelScreen
from quizzer.tui.widgets.hanging import Hanging

YES_OR_NO = {"y": "Yes", "n": "No"}


class ChoiceScreen(PanelScreen[str | None]):
    """Returns the key of the answer, None where the question was left."""

    AUTO_FOCUS = "OptionList"
    IS_LEFT_BESIDE = False
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Leave it")]
    DEFAULT_CSS = """
    ChoiceScreen { align: center bottom; }
    ChoiceScreen .panel { margin: 0 0 1 0; }
    ChoiceScreen OptionList { height: auto; margin: 1 0 0 0; padding: 0; }
    ChoiceScreen OptionList, ChoiceScreen OptionList:focus { border: none; }
    """

    def __init__(self, question: str, answers: Mapping[str, str], highlighted: str = "") -> None:
        super().__init__()
        self._question = question
        self._answers = dict(answers)
        self._highlighted = highlighted

    def compose(self) -> ComposeResult:
        """Show question and answers in a box."""
        with VerticalScroll(classes="panel") as panel:
            panel.border_title = "quizzer"
            panel.border_subtitle = "Esc leaves it"
            panel.can_focus = False
            yield Static(Content(self._question))
            yield OptionList(
                *(Option(Hanging(f"{key}  ", label), id=key) for key, label in self._answers.items())
            )

    def on_mount(self) -> None:
        """Point at the answer that is likeliest."""
        for options in self.query(OptionList):  # none, where the application ends just now
            if self._highlighted:
                options.highlighted = list(self._answers).index(self._highlighted)

    def on_key(self, event: Key) -> None:
        """Take an answer by its key."""
        if event.character in self._answers:
            event.stop()
            self.dismiss(event.character)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the answer that was chosen by Enter or mouse."""
        self.dismiss(event.option.id)

    def action_leave(self) -> None:
        """Answer nothing."""
        self.dismiss(None)
