from __future__ import annotations

import asyncio
import sqlite3
import threading

import pytest
from textual.events import Key
from textual.pilot import Pilot
from textual.widgets import Input, Markdown, OptionList, Static
from textual.widgets._toast import Toast

from quizzer.core.cloze import strip_marks
from quizzer.core.queue import Cause
from quizzer.core.rating import Rating
from quizzer.core.scheduler_choice import SchedulerChoice, SchedulerName
from quizzer.errors import StorageError
from quizzer.services.pulling import pull_notes
from quizzer.services.review import ReviewSession
from quizzer.services.selection import Selection
from quizzer.services.summary import Summary, summarise
from quizzer.services.workspace import Workspace
from quizzer.tui.app import QuizzerApp
from quizzer.tui.screens.message import MessageScreen
from quizzer.tui.screens.review import ReviewScreen
from quizzer.tui.screens.summary import SummaryScreen
from quizzer.tui.widgets.card_view import CardView
from quizzer.tui.widgets.grade_bar import GradeBar
from quizzer.tui.widgets.points_list import PointsList
from tests.support import OpenWorkspace, StandingClock, WriteDeck, answer, set_scheduler
from tests.tui.keys import screen_text

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


def fail_to_write(*_: object) -> bool:
    """Stand in for a write on a full disk."""
    raise StorageError("the disk is full: free some space.")


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


async def test_the_summary_tells_that_there_was_no_backup(workspace: Workspace, clock: StandingClock) -> None:
    """What could not be backed up stands under the figures, and every answer was taken."""
    session = ReviewSession(workspace)
    answer(session, Rating.GOOD)
    clock.advance(days=1)
    workspace.places.backups.write_text("in the way", encoding="utf-8")
    app = QuizzerApp(workspace, ReviewSession(workspace, limit=1))
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "space", "3")
        assert isinstance(app.screen, SummaryScreen)
        shown = text_of(app, "#summary")
        assert "1 answer: 1 good" in shown
        assert "could not be made, though every answer is saved" in shown


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

    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "space")
        with monkeypatch.context() as patch:
            patch.setattr(session, "answer", fail_to_write)
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


async def test_f_flags_and_the_card_stays_revealed(workspace: Workspace) -> None:
    """F flags before and after the reveal: status and notice say so, the answer stays, a rating counts."""
    session = ReviewSession(workspace)
    app = QuizzerApp(workspace, session)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "space", "f")
        assert text_of(app, "#turn").split()[-1] == "flagged"
        assert text_of(app, "#notice") == "Flagged: a1. u undoes it."
        assert app.screen.query_one("#back").display
        await press(pilot, "f")
        assert "flagged" not in text_of(app, "#turn")
        assert text_of(app, "#notice") == "Flag removed: a1. u undoes it."
        await press(pilot, "u")
        assert "flagged" in text_of(app, "#turn")
        await press(pilot, "space", "3")
        assert [step.rating for step in session.steps] == [None, Rating.GOOD]
        assert app.screen.query_one("#front", Markdown).source == "What is a2?"


async def test_a_flag_that_cannot_be_written_leaves_the_card(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failing write is a message; behind it the answer is still shown, and the flag can be tried again."""
    session = ReviewSession(workspace)
    app = QuizzerApp(workspace, session)

    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "space")
        with monkeypatch.context() as patch:
            patch.setattr(session, "flag", fail_to_write)
            await press(pilot, "f")
        assert isinstance(app.screen, MessageScreen)
        await press(pilot, "escape")
        assert app.screen.query_one("#back").display
        assert not app.screen.query_one("#notice").display
        await press(pilot, "f")
        assert text_of(app, "#notice").startswith("Flagged: a1")


async def test_a_card_that_moved_elsewhere_is_not_flagged(workspace: Workspace) -> None:
    """When another process answered first, no flag is written and the next card comes."""
    session = ReviewSession(workspace)
    app = QuizzerApp(workspace, session)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        answer(ReviewSession(workspace), Rating.GOOD)
        await press(pilot, "f")
        assert app.screen.query_one("#front", Markdown).source == "What is a2?"
        assert "answered or changed elsewhere" in text_of(app, "#notice")
        assert session.steps == []


def make_leech_of_a1(workspace: Workspace, clock: StandingClock) -> None:
    """Let a1 be forgotten seven times; it is due again."""
    answer(ReviewSession(workspace), Rating.GOOD)
    for _ in range(7):
        clock.advance(days=1)
        answer(ReviewSession(workspace), Rating.AGAIN)
    clock.advance(days=1)


async def test_a_leech_is_told_above_the_next_card(workspace: Workspace, clock: StandingClock) -> None:
    """The eighth lapse says what happened and how to go on; all of it can be read at 80 columns."""
    make_leech_of_a1(workspace, clock)
    app = QuizzerApp(workspace, ReviewSession(workspace))
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "space", "1")
        assert app.screen.query_one("#front", Markdown).source == "What is a2?"
        assert "0 due · 4 new · 0 drill" in text_of(app, "#progress")
        shown = "\n".join(strip.text for strip in app.screen._compositor.render_strips())
        told = " ".join(shown.split())
        assert "a1 was forgotten 8 times: a leech, suspended." in told
        assert "'quizzer unsuspend a1' brings it back." in told
        await press(pilot, "u")
        assert text_of(app, "#notice") == "Undone: a1 (Again)."
        assert app.screen.query_one("#front", Markdown).source == "What is a1?"


async def test_a_leech_at_the_end_is_told_by_the_summary(workspace: Workspace, clock: StandingClock) -> None:
    """The last card of a session leaves no screen for a notice: the summary names it."""
    make_leech_of_a1(workspace, clock)
    app = QuizzerApp(workspace, ReviewSession(workspace, limit=1))
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "space", "1")
        assert isinstance(app.screen, SummaryScreen)
        assert "Suspended as a leech: a1. 'quizzer cards --leeches'" in text_of(app, "#summary")
        await press(pilot, "u", "space", "3")
        assert "leech" not in text_of(app, "#summary")


async def test_a_cram_says_that_schedules_stay(workspace: Workspace) -> None:
    """The status counts the cram alone, every grade says that it moves nothing; burying leaves it."""
    app = QuizzerApp(workspace, ReviewSession(workspace, is_cram=True))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        assert text_of(app, "#progress").endswith("0 done · 5 cram")
        await press(pilot, "space")
        assert grades_of(app) == ["1 Again stays", "2 Hard stays", "3 Good stays", "4 Easy stays"]
        await press(pilot, "3")
        assert text_of(app, "#progress").endswith("1 done · 4 cram")
        await press(pilot, "b")
        assert text_of(app, "#progress").endswith("1 done · 3 cram")


async def test_a_card_ahead_says_what_an_answer_does(workspace: Workspace, clock: StandingClock) -> None:
    """Under SM-2 the notice and the grades say that a pass leaves the card on its day."""
    for _ in range(2):
        answer(ReviewSession(workspace), Rating.GOOD)
        clock.advance(days=1)
    app = QuizzerApp(workspace, ReviewSession(workspace, Selection(decks=("attention",)), ahead_days=9))
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, *["space", "4"] * 4)
        assert text_of(app, "#turn").split() == ["attention", "mid", "ahead"]
        assert text_of(app, "#notice") == "Ahead of its day: only Again changes its schedule."
        await press(pilot, "space")
        assert grades_of(app) == ["1 Again 1 d", "2 Hard 5 d", "3 Good 5 d", "4 Easy 5 d"]


async def test_a_learning_card_fits_the_status(workspace: Workspace, clock: StandingClock) -> None:
    """Steps show their waits; with a flag and steps left, the status can still be read at 80 columns."""
    set_scheduler(workspace, SchedulerChoice(SchedulerName.FSRS))
    app = QuizzerApp(workspace, ReviewSession(workspace))
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "space")
        assert grades_of(app)[:3] == ["1 Again 1 min", "2 Hard 6 min", "3 Good 10 min"]
        await press(pilot, "1")
        clock.advance(minutes=1)
        await press(pilot, "f", "space", "4")
        assert text_of(app, "#turn").split() == ["attention", "mid", "learning"]
        await press(pilot, "f")
        await pilot.pause()
        turn, progress = app.screen.query_one("#turn"), text_of(app, "#progress")
        assert turn.region.width >= len(text_of(app, "#turn"))
        assert text_of(app, "#turn").split() == ["attention", "mid", "learning", "⚑"]
        assert progress == "2 done · 1 learning · 0 due · 3 new · 0 drill"


async def test_all_keys_of_the_footer_fit(workspace: Workspace) -> None:
    """At 80 columns the last key has its word."""
    app = QuizzerApp(workspace, ReviewSession(workspace))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        footer = app.screen._compositor.render_strips()[-1].text
        assert (
            " ".join(footer.split())
            == "Enter Show / accept Space Show u Undo i Info s Suspend q Leave ? Help"
        )


async def test_enter_takes_no_answer_that_nobody_gave(mixed: Workspace) -> None:
    """Without a choice it asks for one; an empty field it checks only when pressed once more."""
    app = QuizzerApp(mixed, ReviewSession(mixed))
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "space", "3", "enter")
        assert app.screen.query_one("#choices", OptionList).highlighted is None
        assert not app.screen.query_one("#back").display
        assert "Nothing is chosen yet" in text_of(app, "#notice")
        await press(pilot, "down", "enter")
        assert app.screen.query_one("#back").display
        await press(pilot, "1", "enter")
        assert not app.screen.query_one("#back").display
        assert text_of(app, "#notice") == "Nothing is typed yet. Enter once more shows the answer."
        await press(pilot, "enter")
        assert app.screen.query_one("#back").display


async def test_no_letter_stands_in_the_footer_while_an_answer_is_typed(mixed: Workspace) -> None:
    """There a letter is part of the answer."""
    app = QuizzerApp(mixed, ReviewSession(mixed))
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "space", "3", "1", "1")
        assert isinstance(app.focused, Input)
        await pilot.pause()
        footer = app.screen._compositor.render_strips()[-1].text
        assert " ".join(footer.split()) == "Enter Show / accept"


async def test_what_is_said_in_a_corner_hides_no_grade(workspace: Workspace) -> None:
    """A notification ends above the grades."""
    app = QuizzerApp(workspace, ReviewSession(workspace))
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await press(pilot, "space")
        app.notify("It stands in a file.\n" * 3)
        await pilot.pause()
        assert app.screen.query_one(Toast).region.bottom <= app.screen.query_one(GradeBar).region.y


async def test_the_status_says_what_there_is_room_for(workspace: Workspace) -> None:
    """A window that became narrow has the sum instead of figures that would be cut."""
    app = QuizzerApp(workspace, ReviewSession(workspace))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        assert "0 done · 0 due · 5 new · 0 drill" in text_of(app, "#progress")
        await pilot.resize_terminal(40, 12)
        await pilot.pause()
        assert text_of(app, "#progress") == "0 done · 5 left"


async def test_lines_of_prose_do_not_grow_with_the_window(workspace: Workspace) -> None:
    """In a wide window they end where the eye still finds the next one."""
    app = QuizzerApp(workspace, ReviewSession(workspace))
    async with app.run_test(size=(200, 50)) as pilot:
        await press(pilot, "space")
        assert {app.screen.query_one(part).outer_size.width for part in ("#front", "#back")} == {110}


async def test_an_answer_typed_at_once_is_checked_whole(mixed: Workspace) -> None:
    """Keys that come faster than they are shown, as when pasted, all stand in the answer that is checked."""
    app = QuizzerApp(mixed, ReviewSession(mixed, Selection(topics=("number-topic",))))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        for character in "0.5 MiB":
            app.post_message(Key(character, character))
        app.post_message(Key("enter", "\r"))
        for _ in range(5):
            await pilot.pause()
        assert "✓ Right." in screen_text(app)


async def test_a_choice_made_at_once_is_the_one_pointed_at(mixed: Workspace) -> None:
    """Enter right after Down takes the choice that Down leads to, not the one before."""
    app = QuizzerApp(mixed, ReviewSession(mixed, Selection(topics=("choice-topic",))))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        for key in ("down", "down", "enter"):
            app.simulate_key(key)
        for _ in range(5):
            await pilot.pause()
        assert app.screen.query_one(CardView).chosen == 1  # the first Down goes to the first
        assert app.screen.query_one("#check").display
