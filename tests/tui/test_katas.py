from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import DataTable, Footer, Static

from quizzer.core.rating import Rating
from quizzer.core.verdict import Status
from quizzer.services.katas import find_kata
from quizzer.services.sitting import KataDesk
from quizzer.services.workspace import Workspace
from quizzer.tui.app import QuizzerApp
from quizzer.tui.destinations import DESTINATIONS
from quizzer.tui.screens.choice import ChoiceScreen
from quizzer.tui.screens.home import HomeScreen
from quizzer.tui.screens.kata import KataScreen
from quizzer.tui.screens.katas import KatasScreen, fit_columns
from tests.conftest import KATA_FILES
from tests.support import OpenWorkspace, PreparedGrader, WriteDeck, WriteKata, make_verdict
from tests.tui.keys import screen_text

PASSED = make_verdict(Status.PASSED)


def rows_of(app: QuizzerApp) -> list[list[str]]:
    """Return the table's cells as text."""
    table = app.screen.query_one(DataTable)
    return [[str(cell) for cell in table.get_row_at(row)] for row in range(table.row_count)]


def solve(workspace: Workspace, slug: str) -> None:
    """Pass a kata and rate it Good."""
    desk = KataDesk(workspace, find_kata(workspace.content.roots, slug))
    desk.start()
    desk.grade(PreparedGrader([PASSED]), "x", 1, lambda _: None)
    question = desk.question()
    desk.rate(question.suggested(Rating.GOOD), question)


async def test_katas_are_listed_with_what_matters(
    open_here: OpenWorkspace, write_deck: WriteDeck, write_kata: WriteKata, shipped: Path
) -> None:
    """Title, level, due, last verdict, par and area by the syllabus; a faulty kata stands there, too."""
    write_deck("attention", "a1")
    area = "{id: base, title: Base, topics: [{id: a1-topic, title: T, level: mid}]}"
    (shipped / "decks" / "_syllabus.yaml").write_text(f"areas:\n  - {area}\n", encoding="utf-8")
    write_kata()
    write_kata("twice-it")
    write_kata("broken", {"kata.yaml": "- no kata\n"})
    with open_here() as workspace:
        solve(workspace, "twice-it")
        app = QuizzerApp(workspace)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            await pilot.press("k")
            await pilot.pause()
            while not app.screen.query_one(DataTable).row_count:
                await pilot.pause()
            assert rows_of(app) == [
                ["Double it", "mid", "new", "-", "20 min", "Base"],
                ["Double it", "mid", "2026-03-03", "passed", "20 min", "Base"],
                ["broken", "", "faulty: 'quizzer check'", "-", "", ""],
            ]
            assert str(app.screen.query_one("#headline", Static).render()) == "Katas   3 katas, 0 due or open"


async def test_enter_opens_a_kata_and_escape_leads_back(desk_space: Workspace) -> None:
    """Enter opens the kata under the cursor; Escape leads to the list, and from there home."""
    app = QuizzerApp(desk_space)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.push_screen(DESTINATIONS["katas"].open(desk_space))
        await pilot.pause()
        while not app.screen.query_one(DataTable).row_count:
            await pilot.pause()
        await pilot.press("enter")
        while not isinstance(app.screen, ChoiceScreen):
            await pilot.pause()
        assert isinstance(app.screen_stack[-2], KataScreen)
        for key, screen in (("n", KataScreen), ("escape", KatasScreen), ("escape", HomeScreen)):
            await pilot.press(key)
            while not isinstance(app.screen, screen):
                await pilot.pause()


async def test_no_katas_are_told(workspace: Workspace) -> None:
    """Where the content has none the list says so, and Enter does nothing."""
    app = QuizzerApp(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(KatasScreen(workspace))
        await pilot.pause()
        while "no katas" not in str(app.screen.query_one("#headline", Static).render()):
            await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, KatasScreen)


LONG = {"kata.yaml": KATA_FILES["kata.yaml"].replace("Double it", "Double every element of a tensor")}
NEEDED = {80: ("Double every element of a tensor", "mid", "20 min"), 40: ("Double every",)}


@pytest.mark.parametrize("width", NEEDED)
async def test_what_matters_fits_the_window(
    open_here: OpenWorkspace, write_deck: WriteDeck, write_kata: WriteKata, shipped: Path, width: int
) -> None:
    """When a kata comes and how it went are in sight at 40 columns, too; titles and areas are cut for it."""
    write_deck("attention", "a1")
    title = "Efficient attention and its many cousins"
    area = f"{{id: base, title: {title}, topics: [{{id: a1-topic, title: T, level: mid}}]}}"
    (shipped / "decks" / "_syllabus.yaml").write_text(f"areas:\n  - {area}\n", encoding="utf-8")
    write_kata("double-it", LONG)
    with open_here() as workspace:
        solve(workspace, "double-it")
        app = QuizzerApp(workspace)
        async with app.run_test(size=(120, 24)) as pilot:
            await pilot.pause()
            await pilot.press("k")
            while not app.screen.query(DataTable) or not app.screen.query_one(DataTable).row_count:
                await pilot.pause()
            await pilot.resize_terminal(width, 24)
            await pilot.pause()
            shown = screen_text(app)
            assert not [text for text in (*NEEDED[width], "2026-03-03", "passed") if text not in shown]
            assert app.screen.query_one(DataTable).max_scroll_x == 0
            assert app.screen.query_one(Footer).max_scroll_x == 0


def test_columns_are_given_up_before_what_matters() -> None:
    """As room shrinks the area goes first, then par and level; the title is cut, but never to nothing."""
    line = ("A title of twenty five ..", "principal", "2026-03-03", "passed", "45 min", "An area of learning")
    assert list(fit_columns([line], 120)) == [0, 1, 2, 3, 4, 5]
    assert list(fit_columns([line], 76)) == [0, 1, 2, 3, 4]
    assert list(fit_columns([line], 60)) == [0, 1, 2, 3]
    assert fit_columns([line], 36) == {0: 14, 2: 10, 3: 6}
    assert fit_columns([line], 10)[0] == 12
