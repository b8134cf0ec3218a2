from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from quizzer.content.library import Library
from quizzer.content.locator import locate_content
from tests.content.figures import Figure, missing_in, read_figures, unproved

ROOTS = locate_content(None, Path("none"))
FIGURES = tuple(read_figures(ROOTS.shipped_decks / "_figures.yaml"))


def test_every_figure_is_what_its_expression_comes_to(library: Library) -> None:
    """Bytes, parameters, FLOPs, statistics and losses on the notes are right to the last digit shown."""
    assert len(FIGURES) > 100
    assert {f"{figure.note}: {figure.problem}" for figure in FIGURES if figure.problem} == set()


def test_every_figure_stands_on_its_note(library: Library) -> None:
    """The table names notes that exist and digits that they show."""
    wrong = []
    for figure in FIGURES:
        note = library.get(figure.note)
        problem = "there is no such note" if note is None else missing_in(note, figure)
        wrong += [f"{figure.note}: {problem}"] if problem else []
    assert wrong == []


def test_every_number_that_is_asked_for_is_computed(library: Library) -> None:
    """A note that accepts a number has a figure that comes to it."""
    of_note: dict[str, list[Figure]] = defaultdict(list)
    for figure in FIGURES:
        of_note[figure.note].append(figure)
    notes = [note for deck in library.decks for note in deck.notes]
    found = {note.id: unproved(note, of_note[note.id]) for note in notes}
    assert {f"{name}: {problem}" for name, problem in found.items() if problem} == set()


@pytest.mark.parametrize(
    ("shown", "expression", "times", "is_right"),
    [
        ("8.81", "10 * exp(2) / (exp(2) + 1)", "1", True),
        ("8.80", "10 * exp(2) / (exp(2) + 1)", "1", False),
        ("1,024", "KiB", "1", True),
        ("1.3", "1.26e9", "1e9", True),
        ("1.2", "1.26e9", "1e9", False),
        ("3", "2.6", "1", True),
        ("2", "2.6", "1", False),
        ("1e-3", "0.0012", "1", True),
        ("x", "1", "1", False),
    ],
)
def test_a_wrong_digit_is_noticed(shown: str, expression: str, times: str, is_right: bool) -> None:
    """Digits are compared to the last one, with separators and powers of ten."""
    assert (Figure("n", shown, expression, times).problem == "") is is_right
