from __future__ import annotations

import pytest
from textual.widgets import Input, Markdown, OptionList, Static

from quizzer.services.config import find_settings_file
from quizzer.services.first_run import is_first_run
from quizzer.services.places import find_places
from quizzer.services.workspace import Workspace
from quizzer.tui.app import QuizzerApp
from quizzer.tui.screens.message import MessageScreen
from quizzer.tui.screens.review import ReviewScreen
from quizzer.tui.screens.welcome import WelcomeScreen
from tests.tui.keys import press, text_of

SIZES = [(80, 24), (120, 40)]


@pytest.mark.parametrize("size", SIZES)
async def test_three_questions_lead_to_the_first_card(workspace: Workspace, size: tuple[int, int]) -> None:
    """Enter goes from question to question; the answers are written and hold for the first session."""
    app = QuizzerApp(workspace, is_first=True)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert isinstance(app.screen, WelcomeScreen)
        assert app.focused is app.screen.query_one("#new_limit")
        app.screen.query_one("#new_limit", Input).value = "2"
        await press(pilot, "enter", "down", "enter")
        assert app.screen.query_one("#level", OptionList).highlighted == 1
        app.screen.query_one("#rollover_hour", Input).value = "6"
        await press(pilot, "enter")
        await pilot.pause()
        assert isinstance(app.screen, ReviewScreen)
        assert app.screen.query_one("#front", Markdown).source == "What is a1?"
        assert "0 due · 2 new" in text_of(app, "#progress")
        text = find_settings_file().read_text(encoding="utf-8")
        assert "\nnew_limit = 2\n" in text
        assert "\nrollover_hour = 6\n" in text
        assert app.workspace.calendar.rollover_hour == 6


async def test_escape_takes_the_defaults(workspace: Workspace) -> None:
    """The first card is there, and the new settings file sets nothing."""
    app = QuizzerApp(workspace, is_first=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.screen.query_one("#new_limit", Input).value = "2"
        await press(pilot, "escape")
        await pilot.pause()
        assert isinstance(app.screen, ReviewScreen)
        lines = find_settings_file().read_text(encoding="utf-8").splitlines()
        assert all(not line or line.startswith("#") for line in lines)


async def test_a_wrong_answer_is_a_message_and_asked_again(workspace: Workspace) -> None:
    """What was expected is told; then the questions are there as they were."""
    app = QuizzerApp(workspace, is_first=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await press(pilot, "enter", "enter")
        app.screen.query_one("#rollover_hour", Input).value = "25"
        await press(pilot, "enter")
        assert isinstance(app.screen, MessageScreen)
        await press(pilot, "enter")
        assert isinstance(app.screen, WelcomeScreen)
        app.screen.query_one("#rollover_hour", Input).value = "5"
        await press(pilot, "enter")
        await pilot.pause()
        assert isinstance(app.screen, ReviewScreen)


async def test_a_wrong_answer_is_told_at_its_question(workspace: Workspace) -> None:
    """Enter does not go on from it."""
    app = QuizzerApp(workspace, is_first=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await press(pilot, "x", "enter")
        assert isinstance(app.screen, MessageScreen)
        said = str(app.screen.query_one(Static).render())
        assert said.startswith("A whole number from 0 to 9999 was expected.")  # of no key nobody was shown
        await press(pilot, "enter")
        assert app.focused is app.screen.query_one("#new_limit")
        await press(pilot, "backspace", "3", "enter")
        assert app.focused is app.screen.query_one("#level")


async def test_a_level_without_cards_is_a_message(workspace: Workspace) -> None:
    """The shipped cards of this test are all mid: senior finds none, says so, and home is there."""
    app = QuizzerApp(workspace, is_first=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await press(pilot, "enter", "down", "down", "enter", "enter")
        await pilot.pause()
        assert isinstance(app.screen, MessageScreen)


def test_only_the_first_start_is_the_first() -> None:
    """A settings file or a database is a sign that there was a start before."""
    places = find_places()
    assert is_first_run(places)
    for path in (places.settings_file, places.database):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        assert not is_first_run(places)
        path.unlink()
    assert is_first_run(places)
