from __future__ import annotations

import re
from pathlib import Path

from quizzer.content.library import Library

ROOT = Path(__file__).parents[2]
SECTION = re.compile(r"^## ([\w-]+)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
ROW = re.compile(r"^\| (?!entry|---)(.+?) \| (.*) \|$", re.MULTILINE)
TABLES = {
    book: {entry: cards.split(", ") for entry, cards in ROW.findall(rows)}
    for book, rows in SECTION.findall((ROOT / "docs" / "coverage.md").read_text(encoding="utf-8"))
}


def test_every_card_of_the_coverage_exists(library: Library) -> None:
    """The table names no note that is gone, and leaves no entry without one."""
    named = {card for entries in TABLES.values() for cards in entries.values() for card in cards}
    assert {card for card in named if library.get(card) is None} == set()


def test_all_entries_of_the_sources_are_there() -> None:
    """The challenges, the days, the practice questions, the questions by level and every table have a row."""
    assert list(TABLES) == [
        "headfirst-pytorch",
        "genai-guide",
        "llm-fasttrack",
        "llm-interview-prep",
        "daily-learning",
    ]
    assert [entry for entry in TABLES["headfirst-pytorch"]] == [f"challenge {n}" for n in range(1, 23)]
    assert len(TABLES["daily-learning"]) == 158
    questions = {int(n) for entry in TABLES["llm-interview-prep"] for n in re.findall(r"\bQ(\d+)", entry)}
    assert questions == set(range(1, 21))
    assert {"Interview Questions Mid", "Interview Questions Senior", "Interview Questions Principal"} <= set(
        TABLES["genai-guide"]
    )


def test_every_area_has_a_deck(library: Library) -> None:
    """A deck holds notes on every area, and there are a thousand notes in all."""
    answered = {topic for deck in library.decks for note in deck.notes for topic in note.topics}
    for area in library.syllabus.areas:
        assert {topic.id for topic in area.topics} <= answered, area.id
    assert sum(len(deck.notes) for deck in library.decks) >= 1000
