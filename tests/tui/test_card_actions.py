from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Markdown, Static

from quizzer.core.rating import Rating
from quizzer.services.review import ReviewSession
from quizzer.services.workspace import Workspace
from quizzer.tui.app import QuizzerApp
from quizzer.tui.screens.card_info import CardInfoScreen
from quizzer.tui.screens.kata import KataScreen
from quizzer.tui.screens.message import MessageScreen
from quizzer.tui.screens.review import ReviewScreen
from tests.support import OpenWorkspace, StandingClock, WriteDeck, WriteKata, answer
from tests.tui.keys import press, screen_text, text_of

SIZES = [(80, 24), (120, 40)]


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The place of an editor that `edit_with` writes."""
    script = tmp_path / "editor"
    monkeypatch.setenv("VISUAL", str(script))
    return script


def edit_with(editor: Path, sed: str) -> None:
    """Let the editor do what `sed` says."""
    editor.write_text(f"#!/bin/sh\nexec sed -i '{sed}' \"$1\"\n", encoding="utf-8")
    editor.chmod(0o755)


@pytest.mark.parametrize("size", SIZES)
async def test_info_shows_facts_and_history(
    workspace: Workspace, clock: StandingClock, size: tuple[int, int]
) -> None:
    """I shows the card over the card; Escape goes back to it."""
    answer(ReviewSession(workspace), Rating.GOOD)
    clock.advance(days=1)
    app = QuizzerApp(workspace, ReviewSession(workspace))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await press(pilot, "i")
        assert isinstance(app.screen, CardInfoScreen)
        shown = screen_text(app)
        assert all(text in shown for text in ("Ease", "Scheduler", "2026-03-02", "Good", "scheduled"))
        await press(pilot, "escape")
        assert isinstance(app.screen, ReviewScreen)


async def test_an_edit_is_seen_at_once(workspace: Workspace, editor: Path) -> None:
    """E opens the editor on a copy of the shipped note; the card comes back as it is written now."""
    edit_with(editor, "s/What is a1?/What is a one?/")
    app = QuizzerApp(workspace, ReviewSession(workspace))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await press(pilot, "space", "e")
        assert app.screen.query_one("#front", Markdown).source == "What is a one?"
        assert not app.screen.query_one("#back").display
        assert "your copy of the note" in text_of(app, "#notice")


async def test_undo_goes_back_over_an_edit(
    open_here: OpenWorkspace, write_deck: WriteDeck, editor: Path
) -> None:
    """Answer, edit the note, undo: the answer is taken back, and its card is asked as it is written now."""
    write_deck("attention", "a1")
    edit_with(editor, "s/What is a1?/What is a one?/")
    with open_here() as workspace:
        app = QuizzerApp(workspace, ReviewSession(workspace))
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            await press(pilot, "space", "1")
            assert "1 drill" in screen_text(app)
            await press(pilot, "e")
            assert app.screen.query_one("#front", Markdown).source == "What is a one?"
            await press(pilot, "u")
            assert text_of(app, "#notice") == "Undone: a1 (Again)."
            assert app.screen.query_one("#front", Markdown).source == "What is a one?"
            shown = screen_text(app)
            assert "0 done" in shown
            assert "1 new · 0 drill" in shown
        with workspace.database.peeking() as run:
            assert list(run("SELECT count(*) FROM live_reviews", {})) == [(0,)]
            assert list(run("SELECT count(*) FROM reviews", {})) == [(1,)]


async def test_a_fault_of_an_edit_is_a_message_with_its_place(workspace: Workspace, editor: Path) -> None:
    """What the edit broke is told with its place; the shipped note is asked, and the copy can be mended."""
    edit_with(editor, "s/^    level: mid/    levle: mid/")
    app = QuizzerApp(workspace, ReviewSession(workspace))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await press(pilot, "e")
        assert isinstance(app.screen, MessageScreen)
        shown = str(app.screen.query_one(Static).render())
        assert "attention.yaml:8:5: a note has no field 'levle'" in shown
        await press(pilot, "enter")
        assert app.screen.query_one("#front", Markdown).source == "What is a1?"
        edit_with(editor, "s/levle: mid/level: mid/;s/What is a1/What is a one/")
        await press(pilot, "e")
        assert app.screen.query_one("#front", Markdown).source == "What is a one?"


async def test_a_missing_editor_is_a_message(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """An editor that does not start is named, and the review goes on."""
    monkeypatch.setenv("VISUAL", "no-such-editor")
    app = QuizzerApp(workspace, ReviewSession(workspace))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await press(pilot, "e")
        assert isinstance(app.screen, MessageScreen)
        await press(pilot, "enter", "space", "3")
        assert app.screen.query_one("#front", Markdown).source == "What is a2?"


async def test_question_and_answer_are_copied(mixed: Workspace) -> None:
    """Y copies what is asked, and once revealed the answer, without the marks of a cloze."""
    app = QuizzerApp(mixed, ReviewSession(mixed))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await press(pilot, "y")
        assert app.clipboard == "Why *scale*?"
        assert text_of(app, "#notice") == "Copied the question."
        await press(pilot, "space", "y")
        assert app.clipboard == "Variance grows."


async def test_a_card_without_a_kata_says_so(workspace: Workspace) -> None:
    """K on such a card stays where it is."""
    app = QuizzerApp(workspace, ReviewSession(workspace))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await press(pilot, "k")
        assert text_of(app, "#notice") == "No kata practises this card."


async def test_the_kata_of_a_card_is_opened(workspace: Workspace, write_kata: WriteKata) -> None:
    """K leads to the kata that practises the card: its screen."""
    write_kata()
    app = QuizzerApp(workspace, ReviewSession(workspace))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await press(pilot, "k")
        assert any(isinstance(screen, KataScreen) for screen in app.screen_stack)
