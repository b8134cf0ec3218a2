"""Fixtures for tests that press keys in the application."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from quizzer.services.workspace import Workspace
from tests.support import OpenWorkspace, WriteDeck

Note = Callable[[str, str], str]


NOTES = {
    "basic": "q: Why *scale*?\n    a: Variance grows.\n    points: [one, two]\n    pitfall: Not for speed.",
    "choice": "q: Which axis?\n    choices: {right: features, wrong: [batch, '[red]all']}\n    a: Each one.",
    "number": "q: How many?\n    accept: {number: 0.5, unit: MiB, tolerance: 1%}\n    a: Half.",
    "cloze": "cloze: 'It costs {{c1::$O(T^2)$}}.'",
}


@pytest.fixture
def mixed(open_here: OpenWorkspace, write_deck: WriteDeck, note: Note) -> Iterator[Workspace]:
    """A workspace with one note of each kind: points, choices, a number, a cloze."""
    write_deck("attention", notes="".join(note(note_id, body) for note_id, body in NOTES.items()))
    with open_here() as workspace:
        yield workspace
