"""Fixtures for tests that press keys in the application."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from quizzer.services.workspace import Workspace
from tests.support import OpenWorkspace, StandingClock, WriteDeck, WriteKata
from tests.tui import scene_content
from tests.tui.scenes import study_three_days

Note = Callable[[str, str], str]


NOTES = {
    "basic": "q: Why *scale*?\n    a: Variance grows.\n    points: [one, two]\n    pitfall: Not for speed.",
    "choice": "q: Which axis?\n    choices: {right: features, wrong: [batch, '[red]all']}\n    a: Each one.",
    "number": "q: How many?\n    accept: {number: 0.5, unit: MiB, tolerance: 1%}\n    a: Half.",
    "cloze": "cloze: 'It costs {{c1::$O(T^2)$}}.'",
}


@pytest.fixture(autouse=True)
def no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep every test away from the clipboard of who runs it."""
    for name in ("WAYLAND_DISPLAY", "DISPLAY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def mixed(open_here: OpenWorkspace, write_deck: WriteDeck, note: Note) -> Iterator[Workspace]:
    """A workspace with one note of each kind: points, choices, a number, a cloze."""
    write_deck("attention", notes="".join(note(note_id, body) for note_id, body in NOTES.items()))
    with open_here() as workspace:
        yield workspace


@pytest.fixture
def desk_space(open_here: OpenWorkspace, write_deck: WriteDeck, write_kata: WriteKata) -> Iterator[Workspace]:
    """A workspace with one deck and the kata double-it."""
    write_deck("attention", "a1", "a2", "a3")
    write_kata()
    with open_here() as workspace:
        yield workspace


@pytest.fixture
def day_three(
    open_here: OpenWorkspace,
    write_deck: WriteDeck,
    write_kata: WriteKata,
    note: Note,
    shipped: Path,
    clock: StandingClock,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Workspace]:
    """A workspace with all kinds of notes, two katas and two days of history, in a terminal with colours."""
    for name in ("NO_COLOR", "COLUMNS", "LINES"):
        monkeypatch.delenv(name, raising=False)
    for deck, notes in scene_content.NOTES.items():
        write_deck(deck, notes="".join(note(note_id, body) for note_id, body in notes.items()))
    (shipped / "decks" / "_syllabus.yaml").write_text(scene_content.SYLLABUS, encoding="utf-8")
    write_kata("double-it", {"prompt.md": scene_content.PROMPT})
    write_kata("twice-it")
    monkeypatch.chdir(shipped.parent)
    with open_here(content=shipped.name) as workspace:  # no path of this machine is shown
        study_three_days(workspace, clock)
        yield workspace
