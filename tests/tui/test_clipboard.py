from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from quizzer.services.copied import FILE
from quizzer.services.katas import shown
from quizzer.services.review import ReviewSession
from quizzer.services.workspace import Workspace
from quizzer.tui.app import COPIED_TO_FILE, QuizzerApp
from quizzer.tui.clipboard import copy_by_program
from quizzer.tui.screens.text import NotesScreen, TextScreen, code_content
from tests.tui.keys import press


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all of the path."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    for name in ("WAYLAND_DISPLAY", "DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    return folder


def write_program(folder: Path, name: str, body: str) -> None:
    """Write a program of that name."""
    (folder / name).write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    (folder / name).chmod(0o755)


@pytest.mark.parametrize(
    ("name", "variable"),
    [("pbcopy", ""), ("wl-copy", "WAYLAND_DISPLAY"), ("xclip", "DISPLAY"), ("xsel", "DISPLAY")],
)
def test_the_program_of_the_system_gets_the_text(
    programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, variable: str
) -> None:
    """Each is asked where its display is there, and gets the whole text."""
    write_program(programs, name, f"cat > {tmp_path}/copied")
    if variable:
        assert not copy_by_program("text")
        monkeypatch.setenv(variable, ":0")
    assert copy_by_program("∇ text\n")
    assert (tmp_path / "copied").read_text(encoding="utf-8") == "∇ text\n"


def test_a_program_that_fails_is_no_obstacle(programs: Path) -> None:
    """Without a program, or with one that fails, nothing is raised."""
    assert not copy_by_program("text")
    write_program(programs, "pbcopy", "exit 1")
    assert not copy_by_program("text")


def test_windows_gets_its_own_encoding(programs: Path, tmp_path: Path) -> None:
    """What goes to clip.exe begins with the mark by which it is read as Unicode."""
    write_program(programs, "clip.exe", f"cat > {tmp_path}/copied")
    assert copy_by_program("∇ text")
    assert (tmp_path / "copied").read_bytes() == codecs.BOM_UTF16 + "∇ text".encode("utf-16")[2:]


def test_the_next_program_is_asked_where_one_fails(
    programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An xclip that has no display leaves the text to xsel."""
    monkeypatch.setenv("DISPLAY", ":0")
    write_program(programs, "xclip", "exit 1")
    write_program(programs, "xsel", f"cat > {tmp_path}/copied")
    assert copy_by_program("text")
    assert (tmp_path / "copied").read_text(encoding="utf-8") == "text"


async def test_without_a_program_the_copy_is_a_file(workspace: Workspace) -> None:
    """Y at a card copies by the terminal, and into a file whose path is told: nobody knows what it took."""
    app = QuizzerApp(workspace, ReviewSession(workspace))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await press(pilot, "y")
        await app.workers.wait_for_complete()
        await pilot.pause()
        path = workspace.places.workspace / FILE
        assert app.clipboard == path.read_text(encoding="utf-8") == "What is a1?"
        assert [note.message for note in app._notifications] == [COPIED_TO_FILE.format(path=shown(path))]


async def test_a_program_that_takes_it_leaves_no_file(
    workspace: Workspace, programs: Path, tmp_path: Path
) -> None:
    """Where the system has the text there is nothing more to tell."""
    write_program(programs, "pbcopy", f"cat > {tmp_path}/copied")
    app = QuizzerApp(workspace, ReviewSession(workspace))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await press(pilot, "y")
        await app.workers.wait_for_complete()
        assert (tmp_path / "copied").read_text(encoding="utf-8") == "What is a1?"
        assert not (workspace.places.workspace / FILE).exists()
        assert not app._notifications


async def test_a_copy_that_cannot_be_kept_is_told(workspace: Workspace) -> None:
    """A learner's folder that is none becomes a sentence, not the end of the application."""
    workspace.places.workspace.parent.mkdir(exist_ok=True)
    workspace.places.workspace.write_text("", encoding="utf-8")
    app = QuizzerApp(workspace, ReviewSession(workspace))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await press(pilot, "y")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "the copied text cannot be written" in next(iter(app._notifications)).message


async def test_texts_and_cards_are_copied(workspace: Workspace) -> None:
    """Y copies all of a text to be read, and question and answer of a card in browse."""
    app = QuizzerApp(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.push_screen(TextScreen("The reference", code_content("def f():\n    pass\n")))
        await press(pilot, "y")
        assert app.clipboard == "def f():\n    pass\n"
        note = workspace.library.get("a2")
        assert note is not None
        app.push_screen(NotesScreen("Cards", [note]))
        await press(pilot, "y")
        assert "It is **a2**." in app.clipboard
        await press(pilot, "q", "q", "b")
        await app.workers.wait_for_complete()
        await press(pilot, "enter", "y")
        assert app.clipboard == "What is a1?\n\nIt is **a1**."
