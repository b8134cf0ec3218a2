"""All that is known of a card, over the card."""

from __future__ import annotations

from typing import ClassVar

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from quizzer.services.card_info import HISTORY_HEAD, CardInfo
from quizzer.tui.screens.panel import PanelScreen


class CardInfoScreen(PanelScreen[None]):
    """Shows facts and history of one card until it is closed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,i,enter,q", "app.pop_screen", "Close", key_display="Esc")
    ]
    DEFAULT_CSS = """
    CardInfoScreen { align: center middle; }
    CardInfoScreen .panel { width: 100; }
    """

    def __init__(self, info: CardInfo) -> None:
        super().__init__()
        self._info = info

    def compose(self) -> ComposeResult:
        """Show facts, then the history."""
        with VerticalScroll(classes="panel") as panel:
            panel.border_title = "Card"
            panel.border_subtitle = "Esc closes"
            yield Static(_facts(self._info), id="facts")
            yield Static(_history(self._info), id="history")


def _facts(info: CardInfo) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(ratio=1, overflow="fold")
    for name, text in info.facts:
        table.add_row(Text(name, style="bold"), Text(text))
    return table


def _history(info: CardInfo) -> Table | Text:
    if not info.history:
        return Text("\nNo review yet.")
    table = Table.grid(padding=(0, 3))
    table.add_row()
    table.add_row(*(Text(name, style="bold") for name in HISTORY_HEAD))
    for line in info.history:
        table.add_row(*map(Text, line))
    return table
