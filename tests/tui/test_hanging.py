from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.app import App, ComposeResult
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from quizzer.services.review import ReviewSession
from quizzer.tui.app import QuizzerApp
from quizzer.tui.widgets.hanging import Hanging
from tests.support import OpenWorkspace, WriteDeck
from tests.tui.keys import press, screen_text

LONG = "the sum over all of the tokens that come before it in the sequence each with a weight of its own"
BODY = f"q: Why?\n    choices: {{right: {LONG}, wrong: [{LONG} and more, no]}}"
POINTS = f"q: Why?\n    a: Therefore.\n    points: [{LONG}, short]"


def line_below(app: QuizzerApp, beginning: str) -> str:
    """Return the line of the screen below the one with the mark, from the mark on."""
    lines = screen_text(app).splitlines()
    at = next(number for number, line in enumerate(lines) if beginning in line)
    column = lines[at].index(beginning)
    return lines[at + 1][column:]


@pytest.mark.parametrize("width", [80, 44])
async def test_wrapped_choices_and_points_hang(
    open_here: OpenWorkspace, write_deck: WriteDeck, note: Callable[[str, str], str], width: int
) -> None:
    """The second line of a choice or a point stands under the first letter of its text, not its number."""
    write_deck("attention", notes=note("choice", BODY) + note("points", POINTS))
    with open_here() as workspace:
        app = QuizzerApp(workspace, ReviewSession(workspace))
        async with app.run_test(size=(width, 40)) as pilot:
            await press(pilot)
            number = next(n for n in "123" if f"{n}  the sum" in screen_text(app))
            second = line_below(app, f"{number}  the sum")
            assert second.startswith("   ")
            assert second[3] != " "
            await press(pilot, number, "3", "space")
            second = line_below(app, "[ ] the sum")
            assert second.startswith("    ")
            assert second[4] != " "
            assert "own" in screen_text(app)


class _Options(App[None]):
    def compose(self) -> ComposeResult:
        """Show one option with a mark of two cells a letter, in brackets that are no markup."""
        yield OptionList(Option(Hanging("注 ", "[b]a b c")))


@pytest.mark.parametrize(("width", "lines"), [(40, ["注 [b]a b c"]), (13, ["注 [b]a b", "   c"])])
async def test_marks_are_measured_in_cells(width: int, lines: list[str]) -> None:
    """A wide letter counts twice, brackets are shown, and the list is as high as its lines."""
    app = _Options()
    async with app.run_test(size=(width, 10)) as pilot:
        await pilot.pause()
        options = app.query_one(OptionList)
        shown = [options.render_line(y).text.strip("\n").rstrip() for y in range(options.size.height)]
        assert [line for line in shown if line] == lines
