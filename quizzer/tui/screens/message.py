"""A message that the learner has to see: what happened and the next step."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from quizzer.tui.screens.panel import PanelScreen


class MessageScreen(PanelScreen[None]):
    """Shows one message until it is closed."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter,space,q", "app.pop_screen", "Close")]

    def __init__(self, message: str) -> None:
        super().__init__()
        self._message = message

    def compose(self) -> ComposeResult:
        """Show the message in a box."""
        with VerticalScroll(classes="panel") as panel:
            panel.border_title = "quizzer"
            panel.border_subtitle = "Enter closes"
            yield Static(Content(self._message))
