"""What the command palette offers: screens, sessions, the theme, the way out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from textual.app import SystemCommand

from quizzer.markup.clean import clean_line
from quizzer.services.selection import Selection
from quizzer.tui.destinations import DESTINATIONS

if TYPE_CHECKING:
    from quizzer.tui.app import QuizzerApp

TEXTUAL = ("Theme", "Quit")


def list_commands(app: QuizzerApp, given: Sequence[SystemCommand]) -> Iterator[SystemCommand]:
    """Yield the commands; of those that Textual has `given`, the theme and the way out are kept.

    Decks and areas are many: they are found by typing, and not listed before.
    """
    yield SystemCommand("Study today's cards", "Start the day", partial(app.action_study, Selection()))
    yield SystemCommand("Home", "Go to the home screen", app.action_home)
    for name, place in DESTINATIONS.items():
        yield SystemCommand(place.title, f"Go to {place.title.lower()}", partial(app.action_open, name))
    yield SystemCommand("Keys", "All keys of this screen", app.action_help)
    yield SystemCommand("Query language", "All that a query can ask", app.action_explain_queries)
    yield from (command for command in given if command.title in TEXTUAL)
    library = app.workspace.library
    for area in library.syllabus.areas:
        if area.topics:
            start = partial(app.action_study, Selection(areas=(area.id,)))
            title = f"Study the area {clean_line(area.title)}"
            yield SystemCommand(title, "Start a session with its cards of today", start, discover=False)
    for deck in library.decks:
        start = partial(app.action_study, Selection((deck.id,)))
        title = f"Study the deck {clean_line(deck.title)}"
        yield SystemCommand(title, "Start a session with its cards of today", start, discover=False)
