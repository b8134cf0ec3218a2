"""A kata in a real terminal: another editor, a window that is closed, an application that is killed."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from quizzer.services.places import find_settings_file
from tests.integration.processes.terminal import PROMPT, Terminal
from tests.support import WriteDeck, WriteKata

FILE = Path("quizzer", "katas", "double_it.py")


@pytest.fixture
def terminal(
    tmp_path: Path,
    shipped: Path,
    write_deck: WriteDeck,
    write_kata: WriteKata,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Terminal]:
    """A terminal of 80 columns and 24 lines, with a kata and an editor that adds a line to its file."""
    write_deck("attention", "a1")
    write_kata()
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\necho "# from outside" >> "$1"\n', encoding="utf-8")
    editor.chmod(0o755)
    monkeypatch.setenv("QUIZZER_CONTENT", str(shipped))
    monkeypatch.setenv("VISUAL", str(editor))
    settings = find_settings_file()
    settings.parent.mkdir(parents=True)
    settings.write_text("new_limit = 20\n", encoding="utf-8")  # no first start, which would ask questions
    with Terminal(tmp_path, 80, 24) as terminal:
        terminal.wait_for(PROMPT)
        yield terminal


def open_kata(terminal: Terminal) -> None:
    """Go from home to the kata's editor."""
    terminal.type("quizzer")
    terminal.wait_for("All decks", "k Katas")
    terminal.press("k")
    terminal.wait_for("Double it", "mid")
    terminal.press("Enter")
    terminal.wait_for("Start? A blank starter is laid out")
    terminal.press("y")
    terminal.wait_for("Write your solution", "raise NotImplementedError", "^s Grade  Esc Back")


@pytest.mark.parametrize("ending", [signal.SIGHUP, signal.SIGTERM])
def test_another_editor_and_a_closed_window(terminal: Terminal, home: Path, ending: signal.Signals) -> None:
    """What is typed is saved before $VISUAL runs, what that writes is shown; the end saves the rest."""
    open_kata(terminal)
    terminal.press("x", "Escape")
    terminal.wait_for("● not saved", "Write double(x)", "m More")
    terminal.press("o")
    terminal.wait_for("Another program changed the file")
    terminal.press("e")
    terminal.wait_for("# from outside")
    text = (home / FILE).read_text(encoding="utf-8")
    assert text.startswith("xdef double")
    assert text.endswith("# from outside\n")

    terminal.press("y")
    terminal.wait_for("● not saved")
    os.kill(terminal.quizzer_pid, ending)
    terminal.wait_for(PROMPT)
    assert (home / FILE).read_text(encoding="utf-8") == f"xy{text[1:]}"
