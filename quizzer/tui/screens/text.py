"""A text to be read and copied: the reference, a difference, cards; nothing in it can be changed."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Footer, Markdown, Static

from quizzer.core.card import back, cards_of, front
from quizzer.core.note import Note
from quizzer.markup.clean import clean, prepare
from quizzer.markup.parser import make_parser

CONTEXT_LINES = 3


class TextScreen(Screen[None]):
    """Shows lines as they stand; they scroll both ways."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "app.pop_screen", "Close", show=False),
        Binding("q,enter", "app.pop_screen", "Close", key_display="q"),
        Binding("y", "copy", "Copy all"),
    ]
    DEFAULT_CSS = """
    TextScreen VerticalScroll { overflow: auto auto; padding: 0 1; }
    TextScreen VerticalScroll > Static { width: auto; }
    """

    def __init__(self, title: str, text: Content) -> None:
        super().__init__()
        self._title = title
        self._text = text

    def compose(self) -> ComposeResult:
        """Lay out title, text and footer."""
        yield Static(Content.styled(self._title, "bold"), id="headline")
        with VerticalScroll():
            yield Static(self._text, id="text")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Let the keys scroll."""
        self.query_one(VerticalScroll).focus()

    def action_copy(self) -> None:
        """Copy the whole text."""
        self.app.copy_to_clipboard(self._text.plain)
        self.notify("Copied.")


class NotesScreen(Screen[None]):
    """Shows notes with question and answer; it rates nothing."""

    BINDINGS = TextScreen.BINDINGS

    def __init__(self, title: str, notes: Sequence[Note]) -> None:
        super().__init__()
        self._title = title
        self._notes = notes

    def compose(self) -> ComposeResult:
        """Lay out title, notes and footer."""
        yield Static(Content.styled(self._title, "bold"), id="headline")
        with VerticalScroll():
            for note in self._notes:
                yield Markdown(prepare(_note_text(note)), parser_factory=make_parser, open_links=False)
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Let the keys scroll."""
        self.query_one(VerticalScroll).focus()

    def action_copy(self) -> None:
        """Copy the notes as Markdown."""
        self.app.copy_to_clipboard("\n".join(clean(_note_text(note)) for note in self._notes))
        self.notify("Copied.")


def code_content(source: str) -> Content:
    """Return a source as it is shown."""
    return Content(clean(source).expandtabs(4))


def difference(own: str, reference: str) -> Content:
    """Return how the reference differs: `-` stands only in the learner's own, `+` only in the reference."""
    lines = difflib.unified_diff(
        clean(own).expandtabs(4).splitlines(),
        clean(reference).expandtabs(4).splitlines(),
        "yours",
        "the reference",
        lineterm="",
        n=CONTEXT_LINES,
    )
    shown = list(_styled(lines))
    return Content("\n").join(shown) if shown else Content("Your file is the reference, line by line.")


def _styled(lines: Iterable[str]) -> Iterable[Content]:
    styles = {"+": "$text-success", "-": "$text-error", "@": "bold"}
    for line in lines:
        yield Content.styled(line, styles.get(line[:1], ""))


def _note_text(note: Note) -> str:
    card = cards_of(note)[0]
    pitfall = f"\n\n**Pitfall.** {note.pitfall}" if note.pitfall else ""
    return f"## {note.id}\n\n{front(card)}\n\n{back(card)}{pitfall}\n"
