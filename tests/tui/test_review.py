from __future__ import annotations

import asyncio
import sqlite3
import threading

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Markdown, OptionList, Static

from quizzer.core.cloze import strip_marks
from quizzer.core.queue import Cause
from quizzer.core.rating import Rating
from quizzer.errors import StorageError
from quizzer.services.pulling import pull_notes
from quizzer.services.review import ReviewSession
from quizzer.services.summary import Summary, summarise
from quizzer.services.workspace import Workspace
from quizzer.tui.app import QuizzerApp
from quizzer.tui.screens.message import MessageScreen
from quizzer.tui.screens.review import ReviewScreen
from quizzer.tui.screens.summary import SummaryScreen
from quizzer.tui.widgets.card_view import CardView
from quizzer.tui.widgets.grade_bar import GradeBar
from quizzer.tui.widgets.points_list import PointsList
from tests.support import OpenWorkspace, StandingClock, WriteDeck, answer

SIZE = (80, 24)


def text_of(app: QuizzerApp, selector: str) -> str:
    """Return what a Static shows."""
    return str(app.screen.query_one(selector, Static).render())


def cells_of(app: QuizzerApp) -> list[Static]:
    """Return the cells of the grade bar that are shown."""
    return [cell for cell in app.screen.query_one(GradeBar).query(Static) if cell.display]


def grades_of(app: QuizzerApp) -> list[str]:
    """Return the lines of the grade bar's cells."""
    return [" ".join(str(cell.render()).split()) for cell in cells_of(app)]


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys, each when the one before has had its effect."""
    for key in keys:
        await pilot.press(key)
        await pilot.pause()


async def test_a_card_is_asked_revealed_and_rated(workspace: Workspace) -> None:
    """Space reveals, 3 rates GOOD and shows the next card; the answer is in the database at once."""
    app = QuizzerApp(workspace, ReviewSession(workspace))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        assert grades_of(app) == ["Space shows the answer"]
        assert not app.screen.query_one("#back").display
        await press(pilot, "3")  # rates nothing before the reveal
        await press(pilot, "space")
        assert app.screen.query_one("#back", Markdown).source == "It is **a1**."
        assert grades_of(app) == ["1 Again 1 d", "2 Hard 1 d", "3 Good 1 d", "4 Easy 1 d"]
        await press(pilot, "3")
        assert app.screen.query_one("#front", Markdown).source == "What is a2?"
        assert "1 done · 0 due · 4 new · 0 drill" in text_of(app, "#progress")
        with workspace.database.reading() as connection:
            assert connection.exec_driver_sql("SELECT rating FROM live_reviews").scalars().all() == [3]


async def test_points_suggest_a_rating_that_enter_gives(mixed: Workspace) -> None:
    """Ticking one of two points marks HARD, both GOOD; Enter gives what is marked."""
    session = ReviewSession(mixed)
    app = QuizzerApp(mixed, session)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "space", "enter")  # nothing is suggested yet: Enter rates nothing
        assert session.steps == []
        assert "Rate yourself: 1 (Again) to 4 (Easy)" in text_of(app, "#notice")
        await press(pilot, "tab", "space")
        assert "[x] one" in str(app.screen.query_one(PointsList).get_option_at_index(0).prompt)
        assert grades_of(app)[1] == "▸ 2 Hard 1 d"
        await press(pilot, "down", "space", "enter")
        assert [step.rating for step in session.steps] == [Rating.GOOD]


async def test_the_pitfall_and_the_source_come_with_the_answer(mixed: Workspace) -> None:
    """Neither is shown before the reveal."""
    app = QuizzerApp(mixed, ReviewSession(mixed))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        assert not app.screen.query_one("#source").display
        await press(pilot, "space")
        assert "**Pitfall.** Not for speed." in app.screen.query_one("#back", Markdown).source
        assert text_of(app, "#source") == "Source: A book 2017 (recalled)"


@pytest.mark.parametrize(("wanted", "rating"), [("features", Rating.GOOD), ("[red]all", Rating.AGAIN)])
async def test_a_choice_is_checked(mixed: Workspace, wanted: str, rating: Rating) -> None:
    """The key of an option chooses it; right suggests GOOD, wrong AGAIN; option texts are no markup."""
    session = ReviewSession(mixed)
    app = QuizzerApp(mixed, session)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "space", "4")
        choices = app.screen.query_one("#choices", OptionList)
        prompts = [str(option.prompt) for option in choices.options]
        key = next(prompt[0] for prompt in prompts if prompt.endswith(wanted))
        await press(pilot, key)
        assert ("Right." in text_of(app, "#check")) is (rating is Rating.GOOD)
        await press(pilot, "enter")
        assert session.steps[-1].rating is rating


async def test_space_makes_no_choice(mixed: Workspace) -> None:
    """A choice is made by its number or Enter; Space, which reveals other cards, makes none."""
    app = QuizzerApp(mixed, ReviewSession(mixed))
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "space", "4", "space")
        assert app.screen.query_one("#choices").display
        assert not app.screen.query_one("#back").display


@pytest.mark.parametrize(("typed", "rating"), [("0.5", Rating.GOOD), ("5", Rating.AGAIN)])
async def test_a_typed_number_is_checked(mixed: Workspace, typed: str, rating: Rating) -> None:
    """Digits go into the field, not to the ratings, until Enter checks them."""
    session = ReviewSession(mixed)
    app = QuizzerApp(mixed, session)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "space", "4", "1", "enter")
        assert app.screen.query_one("#typed", Input).has_focus
        await press(pilot, *(("full_stop" if key == "." else key) for key in typed), "enter")
        assert "Expected: 0.5 MiB" in text_of(app, "#check")
        await press(pilot, "enter")
        assert session.steps[-1].rating is rating


async def test_escape_leaves_the_field_so_that_keys_work(mixed: Workspace) -> None:
    """In a card with a typed answer, Escape gives the letters back to undo, suspend and bury."""
    session = ReviewSession(mixed)
    app = QuizzerApp(mixed, session)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "space", "4", "1", "enter", "escape", "b")
        assert [step.queued.key for step in session.steps] == ["basic", "choice", "number"]
        assert strip_marks(app.screen.query_one("#front", Markdown).source) == "It costs [...]."


async def test_undo_shows_the_card_again(workspace: Workspace) -> None:
    """U takes the answer back; the same card is asked, and the counts are as before."""
    app = QuizzerApp(workspace, ReviewSession(workspace))
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "space", "4", "u")
        assert app.screen.query_one("#front", Markdown).source == "What is a1?"
        assert "0 done · 0 due · 5 new · 0 drill" in text_of(app, "#progress")


async def test_a_busy_database_at_the_end_is_a_message(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Undo from the summary while another program holds the database: a sentence, and the step stays."""
    monkeypatch.setattr("quizzer.storage.engine.BUSY_TIMEOUT_S", 0.05)
    session = ReviewSession(workspace)
    app = QuizzerApp(workspace, session)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "space", "3", "q")
        assert isinstance(app.screen, SummaryScreen)
        workspace.database.close()
        del workspace.database.__dict__["_engine"]
        other = sqlite3.connect(workspace.database.path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        await press(pilot, "u")
        assert isinstance(app.screen, MessageScreen)
        other.execute("ROLLBACK")
        other.close()
        await press(pilot, "enter", "u")
        assert isinstance(app.screen, ReviewScreen)
        assert session.steps == []


async def test_suspend_and_bury_go_on_with_the_next_card(workspace: Workspace) -> None:
    """S and b take the card out of the day; u brings the last one back."""
    app = QuizzerApp(workspace, ReviewSession(workspace))
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "s", "b")
        assert app.screen.query_one("#front", Markdown).source == "What is a3?"
        await press(pilot, "u")
        assert app.screen.query_one("#front", Markdown).source == "What is a2?"


async def test_the_end_is_a_summary_from_which_undo_goes_back(workspace: Workspace) -> None:
    """After the last card the session is summed up; u asks the last card again."""
    app = QuizzerApp(workspace, ReviewSession(workspace))
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, *["space", "4"] * 5)
        assert isinstance(app.screen, SummaryScreen)
        assert "5 answers: 5 easy" in text_of(app, "#summary")
        await press(pilot, "u")
        assert isinstance(app.screen, ReviewScreen)
        assert app.screen.query_one("#front", Markdown).source == "What is a5?"


async def test_a_card_answered_elsewhere_is_passed_over(workspace: Workspace) -> None:
    """When another process answered first, nothing is written and the next card comes."""
    session = ReviewSession(workspace)
    app = QuizzerApp(workspace, session)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "space")
        answer(ReviewSession(workspace), Rating.GOOD)
        await press(pilot, "1")
        assert session.steps == []
        assert app.screen.query_one("#front", Markdown).source == "What is a2?"


async def test_an_error_is_a_message_and_the_card_stays(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failing write says so in a sentence; the card is still there and can be answered."""
    session = ReviewSession(workspace)
    app = QuizzerApp(workspace, session)

    def fail(*_: object) -> bool:
        raise StorageError("the disk is full: free some space.")

    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "space")
        with monkeypatch.context() as patch:
            patch.setattr(session, "answer", fail)
            await press(pilot, "3")
        assert isinstance(app.screen, MessageScreen)
        await press(pilot, "escape", "3")
        assert [step.rating for step in session.steps] == [Rating.GOOD]


async def test_ratings_can_be_clicked(workspace: Workspace) -> None:
    """A click on the hint reveals, a click on a rating gives it."""
    session = ReviewSession(workspace)
    app = QuizzerApp(workspace, session)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pilot.click("#grades Static")
        await pilot.pause()
        await pilot.click(cells_of(app)[3])
        await pilot.pause()
        assert [step.rating for step in session.steps] == [Rating.EASY]


async def test_due_cards_show_their_next_intervals(workspace: Workspace, clock: StandingClock) -> None:
    """Each rating shows the interval it would bring for this card."""
    session = ReviewSession(workspace)
    for days in (0, 1, 6):
        clock.advance(days=days)
        while ((question := session.look()[0]) and question.queued.turn != "new") or not session.steps:
            answer(session, Rating.GOOD)
    clock.advance(days=15)
    app = QuizzerApp(workspace, ReviewSession(workspace))
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "space")
        assert grades_of(app) == ["1 Again 1 d", "2 Hard 1.2 mo", "3 Good 1.2 mo", "4 Easy 1.3 mo"]


HOSTILE = [
    "\x1b[2J\x1b]0;title\x07 escapes \x9b31m",
    "[/foo] [bold] [link=x]markup[/link] [@click=app.quit]x[/]",
    "x" * 100_000,
    "$" * 50_000 + "*" * 50_000,
    "> " * 50_000,
    "[" * 50_000 + "`" * 50_000,
    "\u202eשלום\u202c مرحبا 👩‍👩‍👧 e" + "\u0301" * 500,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
async def test_a_hostile_card_does_no_harm(
    open_here: OpenWorkspace, write_deck: WriteDeck, text: str
) -> None:
    """Whatever a card holds, it is shown, answered and left behind."""
    write_deck("attention", "after")
    with open_here() as workspace:
        session = ReviewSession(workspace)
        app = QuizzerApp(workspace, session)
        async with app.run_test(size=SIZE) as pilot:
            await pilot.pause()
            screen = app.screen
            assert isinstance(screen, ReviewScreen)
            question = session.look()[0]
            assert question is not None
            object.__setattr__(question.card.note, "question", text)
            object.__setattr__(question.card.note, "answer", text)
            await app.screen.query_one(CardView).show_question(question, ())
            await press(pilot, "space", "3")
            assert [step.rating for step in session.steps] == [Rating.GOOD]
            shown = "".join(strip.text for strip in app.screen._compositor.render_strips())
            assert not any(ord(character) < 32 or 127 <= ord(character) < 160 for character in shown)


async def test_a_pulled_card_says_why_it_is_there(workspace: Workspace, clock: StandingClock) -> None:
    """Status, notice and intervals tell a card that a failed kata pulled ahead of its day from others."""
    answer(ReviewSession(workspace), Rating.GOOD)
    clock.advance(days=1)
    answer(ReviewSession(workspace), Rating.GOOD)
    with workspace.database.writing() as connection:
        pull_notes(workspace, connection, workspace.now(), {"a1": Cause("scan", "carry-forgotten")})
    app = QuizzerApp(workspace, ReviewSession(workspace))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        assert text_of(app, "#turn").split() == ["attention", "mid", "pulled"]
        assert app.screen.query_one("#turn").region.width >= len(text_of(app, "#turn"))
        assert "0 done · 1 pulled · 0 due · 4 new · 0 drill" in text_of(app, "#progress")
        assert text_of(app, "#notice") == (
            "Pulled by the kata scan (carry forgotten), ahead of its day: only Again changes its schedule."
        )
        await press(pilot, "space")
        assert grades_of(app) == ["1 Again 1 d", "2 Hard 6 d", "3 Good 6 d", "4 Easy 6 d"]
        await press(pilot, "3")
        assert text_of(app, "#turn").split() == ["attention", "mid", "new"]
        assert not app.screen.query_one("#notice").display


async def test_a_session_may_be_left_before_its_summary_is_ready(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key pressed while the summary is still being read closes it, and nothing breaks behind it."""
    is_left = threading.Event()

    def summarise_late(session: ReviewSession) -> Summary:
        is_left.wait(timeout=20)
        return summarise(session)

    monkeypatch.setattr("quizzer.tui.screens.summary.summarise", summarise_late)
    app = QuizzerApp(workspace, ReviewSession(workspace))
    async with app.run_test(size=SIZE) as pilot:
        app.push_screen(SummaryScreen(ReviewSession(workspace)))
        while not isinstance(app.screen, SummaryScreen):
            await asyncio.sleep(0)
        await app.screen.run_action("close")
        is_left.set()
        await pilot.pause()
        assert isinstance(app.screen, ReviewScreen)
