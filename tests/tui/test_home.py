from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import DataTable, Markdown, Static

from quizzer.core.queue import Cause
from quizzer.core.rating import Rating
from quizzer.services.pulling import pull_notes
from quizzer.services.review import ReviewSession
from quizzer.services.workspace import Workspace
from quizzer.tui.app import QuizzerApp
from quizzer.tui.screens.help import HelpScreen
from quizzer.tui.screens.home import HomeScreen
from quizzer.tui.screens.message import MessageScreen
from quizzer.tui.screens.review import ReviewScreen
from tests.support import OpenWorkspace, StandingClock, WriteDeck, answer


def rows_of(app: QuizzerApp) -> list[list[str]]:
    """Return the table's cells as text."""
    table = app.screen.query_one(DataTable)
    return [[str(cell).strip() for cell in table.get_row_at(row)] for row in range(table.row_count)]


async def test_home_counts_each_deck(open_here: OpenWorkspace, write_deck: WriteDeck) -> None:
    """Home shows all decks and each one with due, new and drill; titles are no markup."""
    write_deck("attention", "a1", "a2")
    write_deck("inference", "b1")
    with open_here() as workspace:
        answer(ReviewSession(workspace), Rating.AGAIN)
        app = QuizzerApp(workspace)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            assert rows_of(app) == [
                ["All decks", "·", "2", "1"],
                ["Attention", "·", "1", "1"],
                ["Inference", "·", "1", "·"],
            ]
            assert "0 due, 2 new, 1 to drill" in str(app.screen.query_one("#headline", Static).render())


async def test_decks_stand_in_the_order_of_the_syllabus(
    open_here: OpenWorkspace, write_deck: WriteDeck, shipped: Path
) -> None:
    """What one learns first stands first, whatever it is called."""
    write_deck("attention", "a1")
    write_deck("vectors", "v1")
    topics = "{{id: {0}, title: {0}, topics: [{{id: {1}-topic, title: T, level: mid}}]}}"
    (shipped / "decks" / "_syllabus.yaml").write_text(
        f"areas:\n  - {topics.format('base', 'v1')}\n  - {topics.format('top', 'a1')}\n", encoding="utf-8"
    )
    with open_here() as workspace:
        app = QuizzerApp(workspace)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            assert [row[0] for row in rows_of(app)] == ["All decks", "Vectors", "Attention"]


async def test_a_deck_is_started_left_and_counted_again(
    open_here: OpenWorkspace, write_deck: WriteDeck
) -> None:
    """Enter starts the deck under the cursor; back home the counts are new."""
    write_deck("attention", "a1", "a2")
    write_deck("inference", "b1", "b2")
    with open_here() as workspace:
        app = QuizzerApp(workspace)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            for key in ("down", "down", "enter"):
                await pilot.press(key)
                await pilot.pause()
            assert app.screen.query_one("#front", Markdown).source == "What is b1?"
            for key in ("space", "3", "q", "enter"):
                await pilot.press(key)
                await pilot.pause()
            assert isinstance(app.screen, HomeScreen)
            assert rows_of(app)[2] == ["Inference", "·", "1", "·"]


async def test_a_clock_set_back_is_a_message_at_home(workspace: Workspace, clock: StandingClock) -> None:
    """Home does not start a session with a clock behind the last answer; it says what to do."""
    answer(ReviewSession(workspace), Rating.GOOD)
    clock.advance(days=-3)
    app = QuizzerApp(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, MessageScreen)
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, HomeScreen)


@pytest.mark.parametrize("screen", [HomeScreen, ReviewScreen])
async def test_help_lists_every_key_of_the_screen(
    workspace: Workspace, screen: type[HomeScreen | ReviewScreen]
) -> None:
    """Every binding of a screen and of the application stands in its help, with its meaning."""
    app = QuizzerApp(workspace, None if screen is HomeScreen else ReviewSession(workspace))
    async with app.run_test(size=(80, 40)) as pilot:
        await pilot.pause()
        bindings = [*app.screen.BINDINGS, *app.BINDINGS]
        await pilot.press("question_mark")
        await pilot.pause()
        assert isinstance(app.screen, HelpScreen)
        shown = "\n".join(str(line.render()) for line in app.screen.query(Static))
        missing = [b for b in bindings if b.description not in shown]  # type: ignore[union-attr]
        assert not missing
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, screen)


@pytest.mark.parametrize("size", [(20, 5), (40, 12), (200, 60)])
async def test_any_size_will_do(workspace: Workspace, size: tuple[int, int]) -> None:
    """Tiny and huge windows, and resizing in mid-review, break nothing."""
    session = ReviewSession(workspace)
    app = QuizzerApp(workspace, session)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await pilot.press("space")
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        await pilot.press("3")
        await pilot.pause()
        assert len(session.steps) == 1


async def test_home_counts_pulled_cards_where_there_are_some(workspace: Workspace) -> None:
    """Pulled cards have a column and a place in the headline as long as one waits."""
    with workspace.database.writing() as connection:
        pull_notes(workspace, connection, workspace.now(), {"a3": Cause("scan", "carry-forgotten")})
    app = QuizzerApp(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert rows_of(app) == [["All decks", "1", "·", "4", "·"], ["Attention", "1", "·", "4", "·"]]
        assert "1 pulled, 0 due, 4 new, 0 to drill" in str(app.screen.query_one("#headline", Static).render())
        for key in ("enter", "space", "3", "q", "enter"):
            await pilot.press(key)
            await pilot.pause()
        assert rows_of(app) == [["All decks", "·", "4", "·"], ["Attention", "·", "4", "·"]]


async def test_home_and_the_summary_name_the_kata(workspace: Workspace, shipped: Path) -> None:
    """A kata of the day stands under the decks and in the summary, with the command that starts it."""
    (shipped / "katas" / "flash_attention").mkdir(parents=True)
    (shipped / "katas" / "flash_attention" / "kata.yaml").write_text("level: mid\n", encoding="utf-8")
    line = "New kata: Flash attention · quizzer kata flash-attention"
    app = QuizzerApp(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        katas = app.screen.query_one("#katas", Static)
        assert (str(katas.render()), katas.region.height) == (line, 1)
        for key in ("enter", "q"):
            await pilot.press(key)
            await pilot.pause()
        assert str(app.screen.query_one("#summary", Static).render()).endswith(line)


async def test_home_without_katas_leaves_no_gap(workspace: Workspace) -> None:
    """Where no kata is offered nothing stands between decks and remarks."""
    app = QuizzerApp(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert not app.screen.query_one("#katas").display
