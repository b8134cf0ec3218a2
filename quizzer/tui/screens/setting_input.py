"""One setting, with its documentation, to be changed."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from quizzer.core.setting import to_literal
from quizzer.errors import QuizzerError
from quizzer.markup.clean import clean_line
from quizzer.services.config import Change, Entry, set_setting
from quizzer.tui.screens.panel import PanelScreen
from quizzer.tui.themes import check_theme


class SettingInput(PanelScreen[Change | None]):
    """Returns the change that was written, None where there was none."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "Leave it as it is")]
    DEFAULT_CSS = """
    SettingInput { align: center middle; }
    SettingInput #problem { color: $text-error; }
    """

    def __init__(self, entry: Entry) -> None:
        super().__init__()
        self._entry = entry

    def compose(self) -> ComposeResult:
        """Show what the setting is, a field with its value, and room for what is wrong."""
        setting = self._entry.setting
        with VerticalScroll(classes="panel", can_focus=False) as panel:
            panel.border_title = setting.key
            panel.border_subtitle = "Enter saves, Esc leaves it"
            default = f"The default is {to_literal(setting.default)}."
            yield Static(Content(f"{setting.about} {setting.takes} {default}"))
            yield Input(str(self._entry.value), id="value")
            yield Static(id="problem")

    def on_mount(self) -> None:
        """Let the keys go to the field."""
        self.query_one(Input).focus()

    async def on_input_submitted(self) -> None:
        """Write the value; a wrong one stays in the field, with what was expected."""
        key, value = self._entry.setting.key, self.query_one(Input).value
        try:
            if key == "theme":
                check_theme(value)
            change = await asyncio.to_thread(set_setting, key, value)
        except QuizzerError as error:
            self.query_one("#problem", Static).update(Content(clean_line(f"✗ {error}")))
            return
        self.dismiss(change)

    def action_cancel(self) -> None:
        """Leave without a change."""
        self.dismiss(None)
