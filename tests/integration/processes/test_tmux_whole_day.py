"""One whole day in a real terminal, from the first start to the next morning."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.processes.database import answered_keys, assert_sound, rows
from tests.integration.processes.terminal import PROMPT, Terminal
from tests.support import WriteDeck, WriteKata
from tests.tui.conftest import NOTES, Note

# quizzer a day later: the same program behind a clock that is ahead.
TOMORROW = """
from datetime import timedelta
from quizzer.services.clock import SystemClock
now = SystemClock.now
SystemClock.now = lambda self: now(self) + timedelta(days=1)
from quizzer.cli.main import main
main([])
"""


@pytest.fixture
def terminal(
    tmp_path: Path,
    shipped: Path,
    write_deck: WriteDeck,
    write_kata: WriteKata,
    note: Note,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Terminal]:
    """A terminal of 80 columns and 24 lines, notes of four kinds, a kata, and an editor that mends a word."""
    write_deck("attention", notes="".join(note(note_id, body) for note_id, body in NOTES.items()))
    write_kata()
    editor = tmp_path / "vi"
    editor.write_text('#!/bin/sh\nsed -i "s/It costs/It takes/" "$2"\n', encoding="utf-8")
    editor.chmod(0o755)
    monkeypatch.setenv("QUIZZER_CONTENT", str(shipped))
    monkeypatch.setenv("EDITOR", str(editor))
    with Terminal(tmp_path, 80, 24) as terminal:
        terminal.wait_for(PROMPT)
        yield terminal


def test_a_whole_day_and_the_next_morning(terminal: Terminal, tmp_path: Path) -> None:
    """First start, cards of every kind, browse, katas, statistics, settings, help; then tomorrow."""
    terminal.type("quizzer")
    terminal.wait_for("Welcome to quizzer")
    terminal.press("Enter", "Enter", "Enter")
    _review(terminal)
    _look_around(terminal)
    assert answered_keys() == ["basic", "choice", "number", "cloze/c1"]
    assert_sound()

    program = tmp_path / "tomorrow.py"
    program.write_text(TOMORROW, encoding="utf-8")
    terminal.type(f"clear; {shlex.quote(sys.executable)} {program}")
    terminal.wait_for("4 due, 0 new", "1 day in a row")
    terminal.press("Space")
    terminal.wait_for("Why scale?", "0 done · 4 due", "flagged")
    terminal.press("C-c")
    terminal.wait_until(lambda screen: screen.rstrip().endswith(PROMPT))


def _review(terminal: Terminal) -> None:
    """Answer a card of each kind; flag, edit, look, and take one step back."""
    terminal.wait_for("Why scale?")
    terminal.press("f")
    terminal.wait_for("Flagged: basic", "⚑ flagged")
    terminal.press("i")
    terminal.wait_for("new: never rated", "Esc closes")
    terminal.press("Escape")  # alone: what follows at once would be taken for Alt with a key
    terminal.wait_until(lambda screen: "never rated" not in screen)
    terminal.press("Space")
    terminal.wait_for("Variance grows.", "Pitfall.", "[ ] one", "3 Good")
    terminal.press("Tab", "Space", "Down", "Space", "3")

    terminal.wait_for("Which axis?", "1 done")
    screen = terminal.wait_for("features", "batch")
    right = next(line for line in screen.splitlines() if "features" in line).strip(" ▊▎")[0]
    terminal.press(right)
    terminal.wait_for("✓ Right.", "▸ 3 Good")
    terminal.press("Enter")

    terminal.wait_for("How many?", "2 done")
    terminal.press("0", ".", "5", "Space", "M", "i", "B", "Enter")
    terminal.wait_for("✓ Right.", "▸ 3 Good")
    terminal.press("Enter")

    terminal.wait_for("It costs [...]", "3 done")
    terminal.press("u")
    terminal.wait_for("How many?", "2 done")
    terminal.press("5", "Enter")
    terminal.wait_for("✗ Not what was expected.", "▸ 1 Again")
    terminal.press("3")
    terminal.wait_for("It costs [...]", "3 done")
    terminal.press("e")
    terminal.wait_for("It takes [...]", "your copy of the note")
    terminal.press("Space")
    terminal.wait_for("It takes O(T²)", "4 Easy")
    terminal.press("4")
    terminal.wait_for("4 answers: 3 good, 1 easy", "Tomorrow 4 cards will be due.")
    assert rows("SELECT count(*), count(undone_at) FROM reviews") == [(5, 1)]


def _look_around(terminal: Terminal) -> None:
    """Go through all that is beside a review, and quit."""
    terminal.press("Enter")
    terminal.wait_for("No card is left for today", "All decks", "New kata: Double it")
    terminal.press("b")
    terminal.wait_for("basic", "tomorrow", "4 cards")
    terminal.press("/")
    terminal.wait_for("Tab completes")
    terminal.press(*"is:flagged", "Enter")
    terminal.wait_until(lambda screen: "1 of 4 cards" in screen and "Tab completes" not in screen)
    terminal.press("s")
    terminal.wait_for("u undoes it.", "suspended")
    terminal.press("u")
    terminal.wait_for("Undone: 1 card suspended.")
    terminal.press("q")
    terminal.wait_for("All decks")

    terminal.press("k")
    terminal.wait_for("Double it", "mid")
    terminal.press("Enter")
    terminal.wait_for("Start? A blank starter is laid out")
    terminal.press("n")
    terminal.wait_for("every element twice")
    terminal.press("Escape")
    terminal.wait_for("1 kata,")
    terminal.press("q")
    terminal.wait_for("All decks")

    terminal.press("t")
    terminal.wait_for("4 reviews in a year", "The last 365 days")
    terminal.press("q")
    terminal.wait_for("All decks")

    terminal.press(",")
    terminal.wait_for("new_limit", "Scheduler: SM-2")
    terminal.press(*["Down"] * 5, "Enter")
    terminal.wait_for("─ new_limit ─", "Enter saves, Esc leaves it")
    terminal.press("7", "Enter")  # the old value is selected
    terminal.wait_until(lambda screen: "new_limit      7" in screen and "Enter saves" not in screen)
    terminal.press("q")
    terminal.wait_for("A day brings at most 7 new")

    terminal.press("?")
    terminal.wait_for("Type to search", "Katas")
    terminal.press(*"unfold")
    terminal.wait_until(lambda screen: "Unfold or fold all areas" in screen and "Move, scroll" not in screen)
    terminal.press("Escape")
    terminal.wait_until(lambda screen: "─ Keys ─" not in screen)
    terminal.press("q")
    terminal.wait_until(lambda screen: screen.rstrip().endswith(PROMPT))
