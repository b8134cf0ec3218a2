"""NO_COLOR: no colour is sent, and what the cursor stands on is seen all the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from rich.segment import Segment
from textual.widgets import DataTable

from quizzer.services.review import ReviewSession
from quizzer.services.workspace import Workspace
from quizzer.tui.app import QuizzerApp
from tests.support import OpenWorkspace, WriteDeck
from tests.tui.keys import press
from tests.tui.scenes import SCENES, staged

STANDING_OUT = {
    "home": " All decks",
    "welcome": "all levels, from the beginning",
    "palette": "Browse",
    "statistics": "1 Overview",
    "confirm": " n  No ",
    "kata-menu": "h  Hint",
    "kata-editor": "d",
    "review-code": "",
}


def segments_of(app: QuizzerApp) -> Iterator[Segment]:
    """Yield what is sent to the terminal for the whole screen."""
    for strip in app.screen._compositor.render_strips():
        yield from strip


def has_colour(app: QuizzerApp) -> bool:
    """Say whether anything on the screen has a colour."""
    return any(part.style and (part.style.color or part.style.bgcolor) for part in segments_of(app))


@pytest.mark.parametrize("name", STANDING_OUT)
async def test_no_screen_has_a_colour(
    day_three: Workspace, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Letters and grounds are the terminal's own; what the cursor stands on is reversed."""
    monkeypatch.setenv("NO_COLOR", "1")
    async with staged(SCENES[name], day_three, (80, 24)) as stage:
        assert not has_colour(stage.app)
        reversed_texts = "".join(
            part.text for part in segments_of(stage.app) if part.style and part.style.reverse
        )
        assert STANDING_OUT[name] in reversed_texts


@pytest.mark.parametrize("theme", ["ansi-dark", "flexoki", "solarized-light"])
async def test_any_theme_will_do(day_three: Workspace, theme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the cursor is nearly as dark as the rest, or has a colour of the terminal's, it is seen, too."""
    monkeypatch.setenv("NO_COLOR", "1")
    async with staged(SCENES["home"], day_three, (80, 24)) as stage:
        stage.app.theme = theme
        await stage.pilot.pause()
        assert not has_colour(stage.app)
        assert any("All decks" in p.text for p in segments_of(stage.app) if p.style and p.style.reverse)


async def test_an_empty_variable_is_none(day_three: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """NO_COLOR that is set to nothing changes nothing."""
    monkeypatch.setenv("NO_COLOR", "")
    async with staged(SCENES["review-code"], day_three, (80, 24)) as stage:
        hues = {
            part.style.color.triplet for part in segments_of(stage.app) if part.style and part.style.color
        }
        assert any(hue and len(set(hue)) > 1 for hue in hues)


async def test_the_mouse_does_what_it_does(
    open_here: OpenWorkspace,
    write_deck: WriteDeck,
    note: Callable[[str, str], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A link under the mouse gets no colour, and a click on a row finds it."""
    monkeypatch.setenv("NO_COLOR", "1")
    write_deck("attention", notes=note("x", "q: '[What](https://example.org/) is x?'\n    a: y"))
    write_deck("inference", "b1")
    with open_here() as workspace:
        app = QuizzerApp(workspace, ReviewSession(workspace))
        async with app.run_test(size=(80, 24)) as pilot:
            await press(pilot)
            await pilot.hover(offset=(3, 1))
            await pilot.pause()
            assert not has_colour(app)
            app.action_home()
            await pilot.pause()
            await pilot.hover("#decks", offset=(4, 3))
            await pilot.click("#decks", offset=(4, 3))
            await pilot.pause()
            await press(pilot, "q", "enter")
            assert app.screen.query_one(DataTable).cursor_row == 2
