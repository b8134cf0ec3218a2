"""The keys of the screen below, in a list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

MOUSE = "The mouse works everywhere; hold Shift (Option in iTerm2) to select text as the terminal does."


class HelpScreen(ModalScreen[None]):
    """Shows every key that does something on the screen it covers."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q,enter", "app.pop_screen", "Close")
    ]

    def __init__(self, bindings: Mapping[str, ActiveBinding]) -> None:
        super().__init__()
        self._bindings_below = bindings

    def compose(self) -> ComposeResult:
        """List key and meaning, one a line."""
        with VerticalScroll(id="help", classes="panel") as panel:
            panel.border_title = "Keys"
            panel.border_subtitle = "Esc closes"
            for keys, meaning in self._lines():
                yield Static(Content.assemble((f"{keys:>12}  ", "bold"), meaning))
            yield Static(Content("\n" + MOUSE), classes="faint")

    def _lines(self) -> list[tuple[str, str]]:
        keys: dict[str, list[str]] = {}
        for active in self._bindings_below.values():
            binding = active.binding
            if binding.description:
                keys.setdefault(binding.description, []).append(self.app.get_key_display(binding))
        return [(" ".join(dict.fromkeys(names)), meaning) for meaning, names in keys.items()]
