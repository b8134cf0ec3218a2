"""A question that is answered by yes or no, before something is done to more than one card."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Static


class ConfirmScreen(ModalScreen[bool]):
    """Returns whether the learner agreed; Esc and n do not."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Yes"),
        Binding("n,escape,q", "answer(False)", "No"),
    ]
    CSS = """
    ConfirmScreen { align: center middle; }
    ConfirmScreen Horizontal { height: auto; align-horizontal: center; margin: 1 0 0 0; }
    ConfirmScreen Button { margin: 0 1; }
    """

    def __init__(self, question: str) -> None:
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        """Show the question with both answers; no is chosen."""
        with Vertical(classes="panel") as panel:
            panel.border_title = "quizzer"
            yield Static(Content(self._question))
            with Horizontal():
                yield Button("y  Yes", id="yes", compact=True)
                yield Button("n  No", id="no", compact=True)

    def on_mount(self) -> None:
        """Let Enter be the harmless answer."""
        self.query_one("#no").focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """A button is its answer."""
        self.dismiss(event.button.id == "yes")

    def action_answer(self, is_yes: bool) -> None:
        """Answer."""
        self.dismiss(is_yes)
