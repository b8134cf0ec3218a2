"""The keys of the screen below, in a list."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

EVERYWHERE = [
    ("↑ ↓ PgUp PgDn", "Move, scroll"),
    ("← →", "Scroll wide code and formulas"),
    ("ctrl+p", "Commands, among them the theme"),
]
MOUSE = "The mouse works everywhere; hold Shift (Option in iTerm2) to select text as the terminal does."


class HelpScreen(ModalScreen[None]):
    """Shows every key that does something on the screen it covers."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q,enter", "app.pop_screen", "Close")
    ]

    def __init__(self, bindings: Iterable[BindingType]) -> None:
        super().__init__()
        self._bindings_below = [binding for binding in bindings if isinstance(binding, Binding)]

    def compose(self) -> ComposeResult:
        """List keys and meaning, one meaning a line."""
        with VerticalScroll(classes="panel") as panel:
            panel.border_title = "Keys"
            panel.border_subtitle = "Esc closes"
            for keys, meaning in self._lines():
                yield Static(Content.assemble((f"{keys:>14}  ", "bold"), meaning))
            yield Static(Content(f"\n{MOUSE}"), classes="faint")

    def _lines(self) -> list[tuple[str, str]]:
        keys: dict[str, list[str]] = {}
        for binding in self._bindings_below:
            names = keys.setdefault(binding.description, [])
            names += [binding.key_display] if binding.key_display else binding.key.split(",")
        return [*((_joined(names), meaning) for meaning, names in keys.items()), *EVERYWHERE]


def _joined(names: list[str]) -> str:
    is_run = len(names) > 2 and all(name.isdigit() for name in names)
    return f"{names[0]}-{names[-1]}" if is_run else " ".join(names)
