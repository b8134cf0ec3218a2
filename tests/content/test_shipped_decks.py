from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from quizzer.content.library import Library
from quizzer.content.lint import lint
from quizzer.content.locator import locate_content
from quizzer.content.schema import deck_schema
from quizzer.core.card import back, cards_of, front
from quizzer.core.note import Checked, NoteKind
from quizzer.markup.parser import MATH_FENCE, make_parser
from quizzer.markup.prose import CODE_COLUMNS, FORMULA_COLUMNS


@pytest.fixture(scope="module")
def texts(library: Library) -> list[str]:
    """All that the shipped notes show."""
    return [
        text
        for deck in library.decks
        for note in deck.notes
        for text in (note.question, note.answer, note.pitfall, *note.points)
    ]


def test_shipped_decks_load_without_fault(library: Library) -> None:
    """Neither the decks nor the syllabus have a fault."""
    assert [str(fault) for fault in library.faults] == []


def test_lint_finds_nothing_in_shipped_decks(library: Library) -> None:
    """Topics exist, old ids are gone and no amount is taken for math."""
    assert [str(finding) for finding in lint(library)] == []


def test_the_schema_beside_the_decks_is_current() -> None:
    """Editors check shipped decks by the declaration that the loader uses."""
    path = locate_content(None, Path("none")).shipped_decks / "deck.schema.json"
    assert json.loads(path.read_text(encoding="utf-8")) == deck_schema()


def test_there_are_enough_shipped_notes(library: Library) -> None:
    """At least ninety notes ship, each under an id of its own."""
    ids = [note.id for deck in library.decks for note in deck.notes]
    assert len(ids) >= 90
    assert len(set(ids)) == len(ids)


def test_all_kinds_of_note_ship(library: Library) -> None:
    """Questions, clozes, choices and typed answers occur, and a question asked both ways."""
    notes = [note for deck in library.decks for note in deck.notes]
    assert {note.kind for note in notes} == set(NoteKind)
    assert any(note.reverse for note in notes)


@pytest.mark.parametrize(
    "pattern",
    [r"(?<!\\)\$[^$\n]+\$", r"^\$\$|\$\$$", r"^```python$", r"^\|.*\|$"],
    ids=["math", "display-math", "code", "table"],
)
def test_what_the_terminal_must_show_occurs(pattern: str, texts: list[str]) -> None:
    """Math, code and tables are among the shipped texts."""
    assert any(re.search(pattern, text, re.MULTILINE) for text in texts)


def test_code_and_formulas_fit_a_terminal_of_80_columns(texts: list[str]) -> None:
    """No line of a code block is wider than 70 columns, no block formula wider than 74."""
    fences = [token for text in texts for token in make_parser().parse(text) if token.type == "fence"]
    assert any(fence.info == MATH_FENCE for fence in fences)
    too_wide = [
        line
        for fence in fences
        for line in fence.content.splitlines()
        if len(line) > (FORMULA_COLUMNS if fence.info == MATH_FENCE else CODE_COLUMNS)
    ]
    assert too_wide == []


def test_every_shipped_note_has_a_front_and_a_back(library: Library) -> None:
    """No card of a shipped note is empty on either side."""
    for deck in library.decks:
        for note in deck.notes:
            for card in cards_of(note):
                assert front(card).strip(), card.key
                assert back(card).strip(), card.key


def test_every_shipped_note_names_a_source(library: Library) -> None:
    """Level, topics and a source that says how it was checked are on each note."""
    for deck in library.decks:
        for note in deck.notes:
            assert note.level, note.id
            assert note.topics, note.id
            assert note.source, note.id
            assert note.source.checked in set(Checked), note.id


def test_the_syllabus_ships(library: Library) -> None:
    """There are areas, and each has topics."""
    assert len(library.syllabus.areas) > 10
    assert all(area.topics for area in library.syllabus.areas)
