"""The page on the query language in the application."""

from __future__ import annotations

import pytest
from textual.widgets import Input

from quizzer.core.query import Field, Operator, Property, State
from quizzer.core.query_guide import EXAMPLES
from quizzer.services.workspace import Workspace
from quizzer.tui.app import QuizzerApp
from quizzer.tui.screens.browse import BrowseScreen
from quizzer.tui.screens.help import HelpScreen
from quizzer.tui.screens.query_page import QueryPageScreen
from tests.tui.keys import press, screen_text, text_of

ALL = [f"{f}:" for f in Field] + [f"is:{s}" for s in State] + [f"prop:{p}" for p in Property]


@pytest.mark.parametrize("size", [(80, 24), (160, 50)])
@pytest.mark.parametrize("keys", ["f1", "slash f1"])
async def test_the_language_is_on_one_screen(workspace: Workspace, size: tuple[int, int], keys: str) -> None:
    """F1 shows all of it at once, from the table and from the query, which is then as it was."""
    app = QuizzerApp(workspace)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await press(pilot, "b", *keys.split())
        assert isinstance(app.screen, QueryPageScreen)
        shown = screen_text(app)
        assert not [name for name in (*ALL, *Operator, *EXAMPLES, "rated:7:1") if name not in shown]
        await press(pilot, "f1")
        assert isinstance(app.screen, BrowseScreen)
        assert app.screen.query_one(Input).has_focus is keys.startswith("slash")


async def test_a_narrow_window_has_one_column(workspace: Workspace) -> None:
    """At 40 columns no line is cut; what does not fit below is reached by scrolling."""
    app = QuizzerApp(workspace)
    async with app.run_test(size=(40, 20)) as pilot:
        await pilot.pause()
        app.action_explain_queries()
        await pilot.pause()
        assert "topic:NAME  a topic of the syllabus" in screen_text(app)
        await press(pilot, "end")
        assert EXAMPLES[-1] in screen_text(app)


async def test_palette_and_help_lead_to_it(workspace: Workspace) -> None:
    """The palette offers it anywhere; the help of browse names its key."""
    app = QuizzerApp(workspace)
    async with app.run_test(size=(80, 40)) as pilot:
        await pilot.pause()
        titles = {command.title: command for command in app.get_system_commands(app.screen)}
        titles["Query language"].callback()
        await pilot.pause()
        assert isinstance(app.screen, QueryPageScreen)
        await press(pilot, "q", "b", "question_mark")
        assert isinstance(app.screen, HelpScreen)
        assert "F1  All that a query can ask" in text_of(app, "#lines")
