"""The keys of the screen below, in a list that can be searched."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.dom import DOMNode
from textual.screen import Screen
from textual.style import Style
from textual.widgets import Input, Static

from quizzer.markup.width import cell_width
from quizzer.tui.screens.panel import PanelScreen

MOUSE = "The mouse works everywhere; hold Shift (Option in iTerm2) to select text as the terminal does."
OWN_MODULES = "quizzer."
LEAST_WIDTH = 14  # of the column of keys
NAMES = {
    "escape": "Esc",
    "enter": "Enter",
    "space": "Space",
    "tab": "Tab",
    "home": "Home",
    "end": "End",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "question_mark": "?",
    "comma": ",",
    "slash": "/",
    "plus": "+",
    "f1": "F1",
}


@dataclass(frozen=True, slots=True)
class Line:
    """Keys and what they do; a click presses `key`, "" where the keys do not all do the same."""

    keys: str
    meaning: str
    key: str = ""


EVERYWHERE = [
    Line("↑ ↓ PgUp PgDn", "Move, scroll"),
    Line("← →", "Scroll wide code and formulas"),
    Line("^p", "Commands: screens, decks, areas, themes, queries", "ctrl+p"),
]


class HelpScreen(PanelScreen[None]):
    """Shows every key that does something on the screen it covers; typing searches, a click does it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter", "app.pop_screen", "Close", priority=True),
    ]
    DEFAULT_CSS = """
    HelpScreen { align: center middle; }
    HelpScreen .panel { padding: 0 2; }
    HelpScreen #keys { height: auto; max-height: 1fr; }
    HelpScreen #search { margin: 0 0 1 0; }
    HelpScreen #lines { link-style: none; link-color: $text; link-style-hover: underline; }
    """

    def __init__(self, lines: Iterable[Line]) -> None:
        super().__init__()
        own = list(lines)
        taken = {name for line in own for name in line.keys.split()}
        self._lines = [*own, *(line for line in EVERYWHERE if taken.isdisjoint(line.keys.split()))]

    def compose(self) -> ComposeResult:
        """Lay out the field to search with, the keys, and a word on the mouse."""
        with Vertical(classes="panel") as panel:
            panel.border_title = "Keys"
            panel.border_subtitle = "Esc closes"
            yield Input(placeholder="Type to search", id="search", compact=True)
            with VerticalScroll(id="keys", can_focus=False):
                yield Static(id="lines")
                yield Static(Content(f"\n{MOUSE}"), classes="faint")

    def on_mount(self) -> None:
        """Show all keys."""
        self._show("")
        self.query_one(Input).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show the keys that fit what was typed."""
        self._show(event.value)

    def key_down(self) -> None:
        """Scroll on."""
        self.query_one("#keys", VerticalScroll).scroll_relative(y=1, animate=False)

    def key_up(self) -> None:
        """Scroll back."""
        self.query_one("#keys", VerticalScroll).scroll_relative(y=-1, animate=False)

    def key_pagedown(self) -> None:
        """Scroll a page on."""
        self.query_one("#keys", VerticalScroll).scroll_page_down(animate=False)

    def key_pageup(self) -> None:
        """Scroll a page back."""
        self.query_one("#keys", VerticalScroll).scroll_page_up(animate=False)

    def action_do(self, place: int) -> None:
        """Do what a line says, on the screen below."""
        self.app.pop_screen()
        self.app.call_later(self.app.simulate_key, self._lines[place].key)

    def _show(self, wanted: str) -> None:
        words = wanted.lower().split()
        width = max(LEAST_WIDTH, *(cell_width(line.keys) for line in self._lines))
        found = [
            self._drawn(place, line, width)
            for place, line in enumerate(self._lines)
            if all(word in f"{line.keys} {line.meaning}".lower() for word in words)
        ]
        text = Content("\n").join(found) if found else Content("No key does that here.")
        self.query_one("#lines", Static).update(text)

    def _drawn(self, place: int, line: Line, width: int) -> Content:
        click = Style.from_meta({"@click": f"screen.do({place})"}) if line.key else ""
        blanks = " " * (width - cell_width(line.keys))
        return Content.assemble((f"{blanks}{line.keys}  ", "bold"), (line.meaning, click))


def lines_of(screen: Screen[Any]) -> list[Line]:
    """Return the keys of the screen, of our widgets on it, and of the application."""
    kinds: dict[type[DOMNode], None] = {type(screen): None}
    kinds |= dict.fromkeys(type(widget) for widget in screen.query("*") if widget.display)
    kinds[type(screen.app)] = None
    return explain(binding for kind in kinds for binding in own_bindings(kind))


def own_bindings(kind: type[DOMNode]) -> list[Binding]:
    """Return the bindings that the class, or one of ours below it, declares."""
    ours = (base for base in kind.__mro__ if base.__module__.startswith(OWN_MODULES))
    declared = (binding for base in ours for binding in vars(base).get("BINDINGS", ()))
    return [binding for binding in declared if isinstance(binding, Binding)]


def explain(bindings: Iterable[Binding]) -> list[Line]:
    """Return a line a meaning, with all its keys."""
    found: dict[str, list[Binding]] = {}
    for binding in bindings:
        found.setdefault(binding.description, []).append(binding)
    return [_line(meaning, alike) for meaning, alike in found.items()]


def name_key(key: str) -> str:
    """Return a key as the footer writes it."""
    return f"^{key[5:]}" if key.startswith("ctrl+") else NAMES.get(key, key)


def _line(meaning: str, alike: list[Binding]) -> Line:
    names = [name_key(key) for binding in alike for key in binding.key.split(",")]
    is_run = len(names) > 2 and all(name.isdigit() for name in names)
    keys = f"{names[0]}-{names[-1]}" if is_run else " ".join(dict.fromkeys(names))
    is_one = len({binding.action for binding in alike}) == 1
    return Line(keys, meaning, alike[0].key.split(",")[0] if is_one else "")
