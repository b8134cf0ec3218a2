from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.widgets import DataTable, Markdown, Static

from quizzer.core.queue import Cause
from quizzer.core.rating import Rating
from quizzer.services.pulling import pull_notes
from quizzer.services.review import ReviewSession
from quizzer.services.workspace import Workspace
from quizzer.tui.app import QuizzerApp
from quizzer.tui.screens.home import HomeScreen
from quizzer.tui.screens.kata import KataScreen
from quizzer.tui.screens.message import MessageScreen
from tests.support import OpenWorkspace, StandingClock, WriteDeck, WriteKata, answer
from tests.tui.keys import press, text_of


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
                ["All decks", "·", "2", "1", "2"],
                ["Attention", "·", "1", "1", "1"],
                ["Inference", "·", "1", "·", "1"],
            ]
            assert "0 due, 2 new, 1 to drill" in str(app.screen.query_one("#headline", Static).render())


async def test_the_day_is_shared_out_among_areas(open_here: OpenWorkspace, syllabus: None) -> None:
    """Each line counts its part of the day's limit, so that the lines add up, beside what is unseen."""
    with open_here(new_limit=3) as workspace:
        app = QuizzerApp(workspace)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            assert [row[2:] for row in rows_of(app)] == [
                ["3", "·", "4"],
                ["2", "·", "2"],
                ["1", "·", "1"],
                ["·", "·", "1"],
            ]
            await press(pilot, "down", "down", "down", "space")
            assert "0 due · 1 new" in text_of(app, "#progress")


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
            assert [row[0] for row in rows_of(app)] == ["All decks", "▸ base", "▸ top"]
            await press(pilot, "plus")
            assert [row[0] for row in rows_of(app)] == [
                "All decks",
                "▾ base",
                "Vectors, 1 note",
                "▾ top",
                "Attention, 1 note",
            ]


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
            assert rows_of(app)[2] == ["Inference", "·", "1", "·", "1"]


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
        assert rows_of(app) == [
            ["All decks", "1", "·", "4", "·", "4"],
            ["Attention", "1", "·", "4", "·", "4"],
        ]
        assert "1 pulled, 0 due, 4 new, 0 to drill" in str(app.screen.query_one("#headline", Static).render())
        for key in ("enter", "space", "3", "q", "enter"):
            await pilot.press(key)
            await pilot.pause()
        assert rows_of(app) == [["All decks", "·", "4", "·", "4"], ["Attention", "·", "4", "·", "4"]]


@pytest.fixture
def syllabus(shipped: Path, write_deck: WriteDeck) -> None:
    """Two areas: base with the decks vectors and matrices, top with the deck attention; one of no area."""
    for deck, note_id in (("attention", "a1"), ("vectors", "v1"), ("matrices", "m1"), ("others", "o1")):
        write_deck(deck, note_id)
    topic = "{{id: {}-topic, title: T, level: mid}}"
    base = f"{{id: base, title: Base, topics: [{topic.format('v1')}, {topic.format('m1')}]}}"
    top = f"{{id: top, title: Top, topics: [{topic.format('a1')}]}}"
    path = shipped / "decks" / "_syllabus.yaml"
    path.write_text(f"areas:\n  - {base}\n  - {top}\n", encoding="utf-8")


async def test_areas_fold_and_unfold(open_here: OpenWorkspace, syllabus: None) -> None:
    """Right and Enter unfold an area, left folds it, from its decks too; it counts its decks."""
    with open_here() as workspace:
        app = QuizzerApp(workspace)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            folded = [
                ["All decks", "·", "4", "·", "4"],
                ["▸ Base", "·", "2", "·", "2"],
                ["▸ Top", "·", "1", "·", "1"],
                ["Others", "·", "1", "·", "1"],
            ]
            assert rows_of(app) == folded
            await press(pilot, "down", "right")
            unfolded = rows_of(app)
            assert unfolded[1:4] == [
                ["▾ Base", "·", "2", "·", "2"],
                ["Matrices, 1 note", "·", "1", "·", "1"],
                ["Vectors, 1 note", "·", "1", "·", "1"],
            ]
            await press(pilot, "down", "down", "left")
            assert rows_of(app) == folded
            await press(pilot, "enter")
            assert rows_of(app) == unfolded
            await press(pilot, "enter")
            assert rows_of(app) == folded


async def test_an_unfolded_area_takes_no_column_away(
    open_here: OpenWorkspace, write_deck: WriteDeck, syllabus: None
) -> None:
    """The title of a deck below its area is cut rather than that counts come and go."""
    path = write_deck("vectors", "v1")
    text = path.read_text(encoding="utf-8").replace("title: Vectors", f"title: Vectors{' and more' * 4}")
    path.write_text(text, encoding="utf-8")
    with open_here() as workspace:
        app = QuizzerApp(workspace)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            await press(pilot, "down", "right")
            assert {len(row) for row in rows_of(app)} == {5}
            assert any(row[0].startswith("Vectors and more") and row[0].endswith("…") for row in rows_of(app))


async def test_end_and_home_go_to_the_last_and_the_first_line(
    open_here: OpenWorkspace, syllabus: None
) -> None:
    """In a list longer than the window they are the quickest way."""
    with open_here() as workspace:
        app = QuizzerApp(workspace)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            await press(pilot, "end")
            assert app.screen.query_one(DataTable).cursor_row == 3
            await press(pilot, "home")
            assert app.screen.query_one(DataTable).cursor_row == 0


async def test_an_area_is_started_as_a_whole(open_here: OpenWorkspace, syllabus: None) -> None:
    """Space on an area starts its decks; a click unfolds an area, and starts a deck or all."""
    with open_here() as workspace:
        app = QuizzerApp(workspace)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            await press(pilot, "down", "space")
            assert "0 due · 2 new" in text_of(app, "#progress")
            await press(pilot, "q", "enter")
            await pilot.click("#decks", offset=(4, 1))
            await pilot.pause()
            await press(pilot, "q", "enter")
            await pilot.click("#decks", offset=(4, 2))
            await pilot.pause()
            assert rows_of(app)[1][0] == "▾ Base"
            await pilot.click("#decks", offset=(4, 6))
            await pilot.pause()
            assert app.screen.query_one("#front", Markdown).source == "What is o1?"


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_home_tells_minutes_streak_and_what_is_to_come(
    workspace: Workspace, clock: StandingClock, size: tuple[int, int]
) -> None:
    """After two days of answers: the minutes of what is left, days in a row, a bar for tomorrow."""
    answer(ReviewSession(workspace), Rating.EASY)
    clock.advance(days=1)
    answer(ReviewSession(workspace), Rating.GOOD)
    app = QuizzerApp(workspace)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert text_of(app, "#glance") == "Less than a minute left today · 2 days in a row"
        bars, numbers, days = str(app.screen.query_one("#forecast", Static).render()).splitlines()
        assert (bars.split()[-1], numbers.split()[0], days.split()[:2]) == ("███", "0", ["Wed", "Thu"])
        assert len(days.split()) == (13 if size[0] == 80 else 14)


async def test_minutes_are_told_of_timed_answers_alone(
    open_here: OpenWorkspace, write_deck: WriteDeck
) -> None:
    """Answers that came from elsewhere without a time tell nothing; less than a minute is said to be so."""
    write_deck("attention", *(f"a{i}" for i in range(5)))
    with open_here(new_limit=4) as workspace:
        session, app = ReviewSession(workspace), QuizzerApp(workspace)
        for _ in range(3):
            question, _ = session.look()
            assert question is not None
            assert session.answer(question, question.grades[-1], duration_ms=0)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            assert text_of(app, "#glance") == "Space starts the day · 1 day in a row"
            session.undo()
            question, _ = session.look()
            assert question is not None
            assert session.answer(question, question.grades[-1], duration_ms=59_000)
            await press(pilot, "t", "escape")
            assert text_of(app, "#glance") == "Less than a minute left today · 1 day in a row"
            session.undo()
            question, _ = session.look()
            assert question is not None
            assert session.answer(question, question.grades[-1], duration_ms=61_000)
            await press(pilot, "t", "escape")
            assert text_of(app, "#glance") == "About 2 min left today · 1 day in a row"


async def test_home_and_the_summary_name_the_kata(workspace: Workspace, write_kata: WriteKata) -> None:
    """A kata of the day stands among the decks, where Enter opens it, and in the summary with its command."""
    write_kata()
    app = QuizzerApp(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert rows_of(app)[1] == ["New kata: Double it", "", "", "", ""]
        await press(pilot, "enter", "q")
        assert text_of(app, "#summary").endswith("New kata: Double it · quizzer kata double-it")
        await press(pilot, "enter", "down", "enter")
        assert any(isinstance(screen, KataScreen) for screen in app.screen_stack)


async def test_one_of_a_thing_is_said_as_one(
    open_here: OpenWorkspace, write_deck: WriteDeck, note: Callable[[str, str], str]
) -> None:
    """One card comes back, one deck has one fault, and the statistics have one review."""
    write_deck("attention", "a1", notes=note("a2", "q: Why?"))
    with open_here() as workspace:
        answer(ReviewSession(workspace), Rating.GOOD)
        app = QuizzerApp(workspace)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            assert text_of(app, "#glance") == "1 day in a row · 1 card comes back tomorrow"
            assert "1 fault in decks" in text_of(app, "#remarks")
            await press(pilot, "t")
            assert "1 review in a year, streak 1" in text_of(app, "#headline")


async def test_only_q_leaves_home(workspace: Workspace) -> None:
    """Escape, which leads home from everywhere, says so and stays, however often; q quits."""
    app = QuizzerApp(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await press(pilot, "t", "escape", "escape", "escape")
        assert isinstance(app.screen, HomeScreen)
        assert not app._exit
        assert "q quits" in [*app._notifications][-1].message
        await press(pilot, "q")
        assert app._exit


async def test_counts_stay_in_sight_in_a_narrow_window(
    open_here: OpenWorkspace, write_deck: WriteDeck
) -> None:
    """Titles are cut for them, and whole again where there is room."""
    write_deck("attention-and-all-that-follows-from-it", "a1")
    with open_here() as workspace:
        app = QuizzerApp(workspace)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            table, whole = app.screen.query_one(DataTable), rows_of(app)
            await pilot.resize_terminal(44, 12)
            await pilot.pause()
            assert rows_of(app)[1][0].endswith("…")
            assert len(rows_of(app)[1]) == 4  # what is unseen gives way first
            assert table.virtual_size.width <= table.size.width
            await pilot.resize_terminal(80, 24)
            await pilot.pause()
            assert rows_of(app) == whole
