from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import DataTable, Static, TabbedContent

from quizzer.core.rating import Rating
from quizzer.markup.chart import SHADES
from quizzer.services.review import ReviewSession
from quizzer.services.selection import Selection
from quizzer.services.workspace import Workspace
from quizzer.tui.app import QuizzerApp
from quizzer.tui.screens.home import HomeScreen
from quizzer.tui.screens.message import MessageScreen
from quizzer.tui.screens.review import ReviewScreen
from quizzer.tui.screens.statistics import TABS, StatisticsScreen
from tests.support import OpenWorkspace, StandingClock, WriteDeck, answer, ask_all
from tests.tui.keys import press

SYLLABUS = """\
areas:
  - id: base
    title: "[red]Base"
    requires: []
    reading: [{title: A book, url: "https://example.org/book"}]
    topics:
      - {id: a1-topic, title: "First [b]", level: mid}
      - {id: a2-topic, title: Second, level: mid}
"""
SIZES = [(80, 24), (120, 40)]


@pytest.fixture(autouse=True)
def syllabus(shipped: Path) -> None:
    """Put a1 and a2 on the syllabus."""
    (shipped / "decks" / "_syllabus.yaml").write_text(SYLLABUS, encoding="utf-8")


@pytest.fixture
def forgotten(workspace: Workspace, clock: StandingClock) -> Workspace:
    """A workspace whose a1 was forgotten yesterday, on the second day of reviews."""
    ask_all(ReviewSession(workspace))
    clock.advance(days=1)
    session = ReviewSession(workspace, Selection(topics=("a1-topic",)))
    answer(session, Rating.AGAIN)
    ask_all(session)
    clock.advance(days=1)
    return workspace


def text_of(app: QuizzerApp, name: str) -> str:
    """Return what a part of the screen says."""
    return str(app.screen.query_one(f"#{name}", Static).render())


@pytest.mark.parametrize("size", SIZES)
async def test_the_key_opens_the_statistics_and_q_leads_back(
    forgotten: Workspace, size: tuple[int, int]
) -> None:
    """From home, `t` shows the figures of the year; `q` is home again."""
    app = QuizzerApp(forgotten)
    async with app.run_test(size=size) as pilot:
        await pilot.press("t")
        await pilot.pause()
        assert isinstance(app.screen, StatisticsScreen)
        assert "7 reviews in a year, streak 2" in text_of(app, "headline")
        assert "The last 365 days" in text_of(app, "overview-first")
        assert "card" in text_of(app, "overview-second")
        await pilot.press("q")
        assert isinstance(app.screen, HomeScreen)


@pytest.mark.parametrize("size", SIZES)
async def test_tabs_turn_by_number_arrow_and_mouse(forgotten: Workspace, size: tuple[int, int]) -> None:
    """Every tab is reached in each way, and fits: no line of a chart is wider than the page."""
    app = QuizzerApp(forgotten)
    async with app.run_test(size=size) as pilot:
        await pilot.press("t")
        await pilot.pause()
        tabs = app.screen.query_one(TabbedContent)
        for number, (name, _) in enumerate(TABS, 1):
            await pilot.press(str(number))
            assert tabs.active == name
        await pilot.press("right")
        assert tabs.active == TABS[0][0]
        await pilot.press("left", "left")
        assert tabs.active == TABS[2][0]
        await pilot.click("#--content-tab-memory")
        await pilot.pause()
        assert tabs.active == "memory"
        assert "too few to tell" in text_of(app, "memory-first")
        for name, _ in TABS[:-1]:
            for part in ("first", "second"):
                lines = text_of(app, f"{name}-{part}").splitlines()
                assert max(map(len, lines)) <= size[0] - 3  # padding and scroll bar


async def test_an_empty_database_says_how_to_begin(workspace: Workspace) -> None:
    """No figure is made up where there is none, and `w` has nothing to start."""
    app = QuizzerApp(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("t")
        await pilot.pause()
        for name, _ in TABS[:-1]:
            assert "There is no review yet." in text_of(app, f"{name}-first")
        await pilot.press("4")
        assert "No topic has been begun" in text_of(app, "weak")
        await pilot.press("w")
        await pilot.pause()
        assert isinstance(app.screen, StatisticsScreen)
        assert any("No topic has been begun" in note.message for note in app._notifications)


async def test_readiness_shows_areas_and_why_a_topic_is_weak(forgotten: Workspace) -> None:
    """Titles are no markup; Enter on an area shows its topics and what to read."""
    app = QuizzerApp(forgotten)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("t")
        await pilot.pause()
        await pilot.press("4")
        table = app.screen.query_one(DataTable)
        assert [str(cell).strip() for cell in table.get_row_at(0)] == ["[red]Base", "2/2", "2/2", "86 %", "-"]
        assert "a1-topic: First [b]" in text_of(app, "weak")
        assert "Again or Hard when last asked" in text_of(app, "weak")
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, MessageScreen)
        assert "https://example.org/book" in str(app.screen.query_one(Static).render())


async def test_w_starts_a_session_on_the_weakest_topics(forgotten: Workspace) -> None:
    """Only their cards are asked; afterwards the figures are counted anew."""
    app = QuizzerApp(forgotten)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("t")
        await pilot.pause()
        before = text_of(app, "headline")
        await pilot.press("w")
        await pilot.pause()
        assert isinstance(app.screen, ReviewScreen)
        await pilot.press("space")
        await pilot.pause()
        await pilot.press("4")
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, StatisticsScreen)
        assert text_of(app, "headline") != before


async def test_without_a_syllabus_there_is_a_sentence(
    shipped: Path, open_here: OpenWorkspace, write_deck: WriteDeck
) -> None:
    """Who has no syllabus is told so, and everything else is there."""
    write_deck("attention", "a1")
    (shipped / "decks" / "_syllabus.yaml").unlink()
    with open_here() as workspace:
        ask_all(ReviewSession(workspace))
        app = QuizzerApp(workspace)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("t")
            await pilot.pause()
            await pilot.press("4")
            assert "There is no syllabus" in text_of(app, "weak")
            assert "1 review on 1 day" in text_of(app, "overview-first")


@pytest.mark.parametrize("width", [40, 58])
async def test_the_heatmap_shows_fewer_weeks_where_it_is_narrow(forgotten: Workspace, width: int) -> None:
    """No line of it wraps: weekdays and weeks stand where they belong, and today is among them."""
    app = QuizzerApp(forgotten)
    async with app.run_test(size=(width, 24)) as pilot:
        await pilot.pause()
        await press(pilot, "t")
        lines = str(app.screen.query_one("#overview-first", Static).render()).splitlines()
        heads = [line[:5].strip() for line in lines]
        monday = heads.index("Mon")
        rows = lines[monday : monday + 7]
        room = app.screen.query_one("#overview-first").size.width
        assert max(map(len, rows)) <= room < 60
        assert any(set(row[5:]) & set(SHADES[1:]) for row in rows)


async def test_a_tiny_window_and_a_wide_one(forgotten: Workspace) -> None:
    """Nothing fails at 20 cells, and two charts stand side by side at 160."""
    app = QuizzerApp(forgotten)
    async with app.run_test(size=(20, 6)) as pilot:
        await pilot.press("t")
        await pilot.pause()
        await pilot.resize_terminal(160, 50)
        await pilot.pause()
        first, second = (app.screen.query_one(f"#overview-{part}").region for part in ("first", "second"))
        assert first.y == second.y
        assert first.right <= second.x
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        first, second = (app.screen.query_one(f"#overview-{part}").region for part in ("first", "second"))
        assert first.x == second.x
