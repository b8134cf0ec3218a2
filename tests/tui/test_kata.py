from __future__ import annotations

import threading

import pytest
from textual.binding import Binding
from textual.widgets import Markdown, OptionList, Static

from quizzer.core.verdict import GateResult, GateStatus, Status
from quizzer.services.katas import find_kata
from quizzer.services.sitting import KataDesk
from quizzer.services.workspace import Workspace
from quizzer.tui.app import QuizzerApp
from quizzer.tui.screens.attempts import AttemptsScreen
from quizzer.tui.screens.choice import ChoiceScreen
from quizzer.tui.screens.help import HelpScreen
from quizzer.tui.screens.home import HomeScreen
from quizzer.tui.screens.kata import KataScreen
from quizzer.tui.screens.message import MessageScreen
from quizzer.tui.screens.text import NotesScreen, TextScreen
from quizzer.tui.widgets.grade_bar import GradeBar
from tests.support import (
    PreparedGrader,
    StandingClock,
    make_verdict,
    read_log,
)
from tests.tui.kata_pilot import NARROW, WIDE, sit

STARTER = 'def double(x):\n    """Return x twice."""\n    raise NotImplementedError\n'
SOLUTION = "def double(x):\n    return x + x\n"
PASSED = make_verdict(Status.PASSED, gates=(GateResult("cpu_time", GateStatus.PASSED, 1.25, 5.0, 1.0, "ms"),))
FAILED = make_verdict(Status.FAILED, misconception="drops-the-sign", notes=("a1", "a2"))


async def test_a_new_kata_asks_before_it_lays_out_the_starter(desk_space: Workspace) -> None:
    """No starts nothing, s asks again, yes lays the starter out and archives the file."""
    async with sit(desk_space) as desk:
        desk.path.parent.mkdir(parents=True)
        desk.path.write_text("# mine\n", encoding="utf-8")
        await desk.until(lambda: desk.is_asking)
        assert desk.app.screen.query_one(".panel").region.y > NARROW[1] // 3  # the task stands above it
        await desk.answer("n")
        await desk.until_shown("#notice", "s starts")
        assert desk.screen.query_one("#prompt", Markdown).source.startswith("# Double it")
        assert not desk.screen.is_open
        await desk.press("s")
        await desk.start()
        assert desk.asked[1] == (
            "Start? A blank starter is laid out and the time begins (par: 20 minutes). "
            "The file that is there goes to the archive."
        )
        assert desk.path.read_text(encoding="utf-8") == desk.screen.editor.text == STARTER
        assert "Your earlier file is kept as" in desk.shown("#notice")


async def test_cases_appear_one_by_one_and_the_failure_is_explained(desk_space: Workspace) -> None:
    """Each case comes as it ends; then the first failure, its misconception and the cards."""
    grader = PreparedGrader([FAILED], steps=threading.Semaphore(0))
    async with sit(desk_space, grader=grader) as desk:
        await desk.start()
        await desk.write(SOLUTION)
        await desk.press("ctrl+s")
        await desk.until(lambda: desk.screen.is_grading)
        assert desk.path.read_text(encoding="utf-8") == SOLUTION
        assert grader.steps is not None
        for count in (0, 1):
            grader.steps.release()
            await desk.until_shown("#cases", f"Cases: {count} of 2")
        assert "✓ passed        Every element is doubled." in desk.shown("#cases")
        assert "✗ failed" not in desk.shown("#cases")
        grader.steps.release(10)
        await desk.until(lambda: not desk.screen.is_grading)
        assert "FAILED: 1 of 2 cases passed" in desk.shown("#verdict")
        assert "2 cards that explain this wait in today's queue; c shows" in desk.shown("#verdict")
        failure = desk.shown("#failure")
        assert "✗ failed        A negative number is doubled." in failure
        assert "at [0]: expected -2.0, found 2.0" in failure
        assert "What it looks like: drops the sign\nYou have drops-the-sign." in failure
        await desk.press("c")
        await desk.until(lambda: isinstance(desk.app.screen, NotesScreen))
        notes = [note.source for note in desk.app.screen.query(Markdown)]
        assert notes == [f"## a{n}\n\nWhat is a{n}?\n\nIt is **a{n}**.\n" for n in (1, 2)]


async def test_a_pass_is_rated_and_the_rating_taken_back(desk_space: Workspace) -> None:
    """A pass shows gates as bars and suggests a rating with its reason; Enter gives it, u takes it back."""
    async with sit(desk_space, PASSED) as desk:
        await desk.start()
        await desk.write(SOLUTION)
        await desk.grade()
        assert "cpu time: measured 1.25 ms, limit 5 ms, par 1 ms" in desk.shown("#gates")
        assert "█████░░░░░░░░░░░░░░░│ 25 % of the limit" in desk.shown("#gates")
        assert desk.shown("#notice").startswith(
            "Passed without a hint in 0 minutes, par is 20. Suggested: Easy."
        )
        assert [cell.split()[0] for cell in desk.grades()] == ["1", "2", "3", "▸"]
        assert desk.screen.editor.read_only
        await desk.press("enter")
        await desk.until(lambda: not desk.grades())
        assert "Rated Easy. Double it comes back on" in desk.shown("#notice")
        assert [review.rating.name for review in read_log(desk_space)] == ["EASY"]
        await desk.press("u")
        await desk.until(lambda: len(desk.grades()) == 4)
        assert desk.shown("#notice") == "Undone: Easy. The sitting is open again."
        assert read_log(desk_space) == []
        await desk.press("2")
        await desk.until(lambda: not desk.grades())
        assert [review.rating.name for review in read_log(desk_space)] == ["HARD"]


async def test_a_grade_is_given_by_mouse(desk_space: Workspace) -> None:
    """A click on a cell of the grade bar rates."""
    async with sit(desk_space, PASSED) as desk:
        await desk.start()
        await desk.write(SOLUTION)
        await desk.grade()
        bar = desk.screen.query_one(GradeBar)
        await desk.pilot.click(bar.query(Static)[2])
        await desk.until(lambda: not desk.grades())
        assert [review.rating.name for review in read_log(desk_space)] == ["GOOD"]


@pytest.mark.parametrize("key", ["escape", "ctrl+c"])
async def test_grading_is_stopped(desk_space: Workspace, key: str) -> None:
    """Escape and Ctrl+C stop a grading; nothing is recorded, the application and the sitting go on."""
    grader = PreparedGrader([FAILED], steps=threading.Semaphore(1))
    async with sit(desk_space, grader=grader) as desk:
        await desk.start()
        await desk.write(SOLUTION)
        await desk.press("ctrl+s")
        await desk.until(lambda: "Cases: 0 of 2" in desk.shown("#cases"))
        await desk.press(key)
        await desk.until(lambda: not desk.screen.is_grading)
        assert desk.shown("#verdict") == "Stopped; nothing was recorded."
        assert desk.screen.is_open
        assert desk.screen.standing is not None
        assert desk.screen.standing.attempts == ()
        assert desk.app.is_running


async def test_the_loop_is_not_blocked_by_grading(desk_space: Workspace) -> None:
    """While a submission is graded the learner reads the task and goes on typing."""
    grader = PreparedGrader([FAILED], steps=threading.Semaphore(0))
    async with sit(desk_space, grader=grader) as desk:
        await desk.start()
        await desk.press("ctrl+s")
        await desk.until(lambda: desk.screen.is_grading)
        await desk.press("t")
        assert desk.is_seen("#task")
        await desk.press("e", "ctrl+home", "x")
        assert desk.screen.editor.text.startswith("xdef")
        assert grader.steps is not None
        grader.steps.release(10)
        await desk.until(lambda: not desk.screen.is_grading)
        assert grader.sources == [STARTER]


async def test_hints_are_counted_and_stay_below_the_task(desk_space: Workspace) -> None:
    """Each h shows one more hint; opened again, the screen shows those that were given."""
    async with sit(desk_space) as desk:
        await desk.start()
        await desk.press("escape", "h")
        await desk.until(lambda: "Hint 1 of 3" in desk.shown("#notice"))
        await desk.press("h")
        await desk.until(lambda: "Hint 2 of 3" in desk.shown("#notice"))
    async with sit(desk_space) as desk:
        hints = desk.screen.query_one("#hints", Markdown)
        await desk.until(lambda: "Hint 2 of 3\n\nWhat is $x + x$?" in hints.source)
        assert "Hint 3" not in hints.source


async def test_the_reference_costs_the_rating_and_is_compared(desk_space: Workspace) -> None:
    """Before a pass the reference is shown only when the learner is sure; then d shows the difference."""
    async with sit(desk_space) as desk:
        await desk.start()
        await desk.press("escape", "d")
        assert desk.app.screen is desk.screen
        await desk.press("x")
        await desk.answer("n")
        await desk.press("x")
        await desk.answer("y")
        await desk.until(lambda: isinstance(desk.app.screen, TextScreen))
        assert str(desk.app.screen.query_one("#text", Static).render()) == SOLUTION
        assert desk.asked[-1] == "Show the reference? The sitting will be rated Again."
        await desk.press("escape", "d")
        await desk.until(lambda: isinstance(desk.app.screen, TextScreen))
        lines = str(desk.app.screen.query_one("#text", Static).render()).splitlines()
        assert "-    raise NotImplementedError" in lines
        assert "+    return x + x" in lines
        assert " def double(x):" in lines


async def test_giving_up_ends_the_sitting_with_again(desk_space: Workspace) -> None:
    """G asks; yes rates Again, and the editor's text is saved before."""
    async with sit(desk_space) as desk:
        await desk.start()
        await desk.write("# an idea\n")
        await desk.press("escape", "g")
        await desk.answer("y")
        await desk.until(lambda: "Rated Again." in desk.shown("#notice"))
        assert [review.rating.name for review in read_log(desk_space)] == ["AGAIN"]
        assert desk.path.read_text(encoding="utf-8") == "# an idea\n"


async def test_past_attempts_are_listed_with_verdict_and_source(
    desk_space: Workspace, clock: StandingClock
) -> None:
    """P lists what was handed in, newest first; the cursor shows a verdict, Enter its source."""
    async with sit(desk_space, FAILED, PASSED) as desk:
        await desk.start()
        for text in ("# first\n", "# second\n"):
            await desk.write(text)
            clock.advance(minutes=5)
            await desk.grade()
        await desk.press("p")
        await desk.until(lambda: isinstance(desk.app.screen, AttemptsScreen))
        await desk.pilot.pause()
        options = desk.app.screen.query_one(OptionList)
        assert [str(option.prompt) for option in options.options] == [
            "2026-03-02 09:10  PASSED   2 of 2 cases, attempt 2 of its sitting",
            "2026-03-02 09:05  FAILED   1 of 2 cases, attempt 1 of its sitting",
        ]
        await desk.press("down")
        assert "FAILED: 1 of 2" in str(desk.app.screen.query_one("#verdict", Static).render())
        await desk.press("enter")
        assert str(desk.app.screen.query_one("#text", Static).render()) == "# first\n"


async def test_a_kata_that_is_not_due_shows_its_last_verdict(desk_space: Workspace) -> None:
    """Neither new nor due: no sitting is offered, the last verdict stands there, s starts one anyway."""
    async with sit(desk_space, PASSED) as desk:
        await desk.start()
        await desk.write(SOLUTION)
        await desk.grade()
        await desk.press("enter")
        await desk.until(lambda: not desk.grades())
    async with sit(desk_space) as desk:
        await desk.until(lambda: "neither new nor due" in desk.shown("#notice"))
        assert desk.app.screen is desk.screen
        assert "The last verdict, from an earlier attempt." in desk.shown("#verdict")
        assert desk.screen.editor.read_only
        await desk.press("s")
        await desk.start()
        assert desk.screen.editor.text == STARTER


async def test_a_pass_that_was_not_rated_waits(desk_space: Workspace) -> None:
    """Left before the rating, the kata asks for it when it is opened again."""
    async with sit(desk_space, PASSED) as desk:
        await desk.start()
        await desk.write(SOLUTION)
        await desk.grade()
    async with sit(desk_space) as desk:
        await desk.until(lambda: len(desk.grades()) == 4)
        assert "Rate it; Enter takes what is marked." in desk.shown("#notice")


async def test_without_a_grader_there_is_a_sentence(desk_space: Workspace) -> None:
    """Where torch is missing nothing is laid out, and the message says what to install."""
    grader = PreparedGrader(lacks="Katas need torch, which is not installed here: run `make katas`")
    async with sit(desk_space, grader=grader) as desk:
        await desk.answer("y")
        await desk.until(lambda: isinstance(desk.app.screen, MessageScreen))
        assert str(desk.app.screen.query_one(Static).render()) == grader.lacks
        assert not desk.path.exists()


async def test_a_kata_that_does_not_exist_is_a_message(desk_space: Workspace) -> None:
    """A faulty or unknown kata says so, and the screen below comes back."""
    app = QuizzerApp(desk_space)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.push_screen(KataScreen(desk_space, "triple-it", PreparedGrader()))
        while not isinstance(app.screen, MessageScreen):
            await pilot.pause()
        assert "there is no kata 'triple-it'" in str(app.screen.query_one(Static).render())
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, HomeScreen)


async def test_wide_windows_show_task_and_editor(desk_space: Workspace) -> None:
    """From 110 columns the editor stands beside the task; at 80 a key goes from one to the other."""
    async with sit(desk_space, size=WIDE) as desk:
        await desk.start()
        assert desk.is_seen("#task")
        assert desk.is_seen("#editor")
        await desk.pilot.resize_terminal(80, 24)
        await desk.pilot.pause()
        assert not desk.is_seen("#task")
        assert desk.is_seen("#editor")
        await desk.press("ctrl+t")
        assert desk.is_seen("#task")
        assert not desk.is_seen("#editor")
        await desk.pilot.resize_terminal(20, 6)
        await desk.press("ctrl+t", "a")
        assert desk.screen.editor.text.startswith("adef")


async def test_beside_the_result_one_writes_on(desk_space: Workspace) -> None:
    """In a wide window saving leaves the keys to the editor, also after a pass if there is more to save."""
    grader = PreparedGrader([FAILED, PASSED])
    async with sit(desk_space, size=WIDE, grader=grader) as desk:
        await desk.start()
        await desk.press("ctrl+s")
        await desk.until(lambda: not desk.screen.is_busy)
        assert desk.is_seen("#result")
        await desk.press("x", "h")
        assert desk.screen.editor.text.startswith("xhdef")
        steps = grader.steps = threading.Semaphore(0)
        await desk.press("ctrl+s")
        await desk.until(lambda: desk.screen.is_grading)
        await desk.press("3")
        steps.release(9)
        await desk.until(lambda: not desk.screen.is_busy)
        await desk.press("4")
        assert desk.screen.editor.text.startswith("xh34def")
        assert "Esc leaves the editor, Enter takes it." in desk.shown("#notice")
        assert read_log(desk_space) == []
        await desk.press("escape", "enter")
        await desk.until(lambda: not desk.screen.is_busy)
        assert len(read_log(desk_space)) == 1


async def test_a_question_is_answered_by_mouse(desk_space: Workspace) -> None:
    """A click on an answer takes it; a click beside the answers takes none."""
    async with sit(desk_space) as desk:
        await desk.until(lambda: isinstance(desk.app.screen, ChoiceScreen))
        await desk.pilot.click(offset=(1, 1))
        assert isinstance(desk.app.screen, ChoiceScreen)
        await desk.pilot.click(OptionList, offset=(4, 0))
        await desk.until(lambda: not desk.screen.is_busy)
        assert desk.screen.is_open


async def test_keys_that_lead_nowhere_do_nothing(desk_space: Workspace) -> None:
    """Before a pass nothing is rated, compared, undone or started, whatever is pressed."""
    async with sit(desk_space) as desk:
        await desk.start()
        await desk.press("escape", *"0123456789", "enter", "d", "u", "s", "c", "z", "f5", "ctrl+z")
        assert desk.app.screen is desk.screen
        assert desk.screen.is_open
        assert read_log(desk_space) == []
        assert desk.path.read_text(encoding="utf-8") == STARTER


async def test_help_lists_every_key_of_a_kata(desk_space: Workspace) -> None:
    """Every binding of the screen stands in its help, with its meaning."""
    async with sit(desk_space, size=(80, 60)) as desk:
        await desk.start()
        await desk.press("escape", "question_mark")
        assert isinstance(desk.app.screen, HelpScreen)
        shown = "\n".join(str(line.render()) for line in desk.app.screen.query(Static))
        assert not [b for b in desk.screen.BINDINGS if isinstance(b, Binding) and b.description not in shown]


async def test_the_menu_lists_what_can_be_done(desk_space: Workspace) -> None:
    """M lists the actions that lead somewhere now, each with its key."""
    async with sit(desk_space) as desk:
        await desk.start()
        await desk.press("escape", "m")
        await desk.until(lambda: isinstance(desk.app.screen, ChoiceScreen))
        listed = [str(option.prompt) for option in desk.app.screen.query_one(OptionList).options]
        assert listed == [
            "h  Hint",
            "x  Show the reference",
            "p  Past attempts",
            "o  Open in $EDITOR",
            "y  Copy your solution",
            "g  Give up",
            "q  Leave",
        ]
        await desk.press("h")
        await desk.until(lambda: "Hint 1 of 3" in desk.shown("#notice"))


async def test_a_grader_that_fails_costs_nothing(desk_space: Workspace) -> None:
    """The file is saved, the message says why nothing was graded, and the sitting goes on."""
    grader = PreparedGrader()
    async with sit(desk_space, grader=grader) as desk:
        await desk.start()
        grader.lacks = "the grader failed: it has ended. Nothing was recorded; try again."
        await desk.write(SOLUTION)
        await desk.press("ctrl+s")
        await desk.until(lambda: isinstance(desk.app.screen, MessageScreen))
        assert str(desk.app.screen.query_one(Static).render()) == grader.lacks
        await desk.press("enter")
        await desk.until(lambda: not desk.screen.is_busy)
        assert desk.shown("#verdict") == "Not graded."
        assert desk.screen.is_open
        assert desk.path.read_text(encoding="utf-8") == SOLUTION


async def test_a_sitting_that_ended_elsewhere_is_told(desk_space: Workspace) -> None:
    """Where another program gave the kata up, grading says so and the editor can only be read."""
    async with sit(desk_space, FAILED) as desk:
        await desk.start()
        KataDesk(desk_space, find_kata(desk_space.content.roots, "double-it")).give_up()
        await desk.press("ctrl+s")
        await desk.until(lambda: isinstance(desk.app.screen, MessageScreen))
        assert "no sitting with double-it is open" in str(desk.app.screen.query_one(Static).render())
        await desk.press("enter")
        await desk.until(lambda: not desk.screen.is_busy)
        assert desk.screen.editor.read_only
        assert len(read_log(desk_space)) == 1


async def test_an_error_of_quizzer_is_not_the_learners(desk_space: Workspace) -> None:
    """A verdict ERRORED says whose fault it is and is no attempt."""
    async with sit(desk_space, make_verdict(Status.ERRORED, problem="the reference failed")) as desk:
        await desk.start()
        await desk.grade()
        assert "That is a fault of quizzer or of the kata, not of yours" in desk.shown("#verdict")
        assert "the reference failed" in desk.shown("#failure")
        assert desk.screen.standing is not None
        assert desk.screen.standing.attempts == ()


async def test_the_solution_is_copied(desk_space: Workspace) -> None:
    """Outside the editor y copies what stands in it; within, y is a letter."""
    async with sit(desk_space) as desk:
        await desk.start()
        await desk.write("def double(x): ...\n")
        await desk.press("y")
        assert desk.app.clipboard == ""
        await desk.write("def double(x): ...\n")
        await desk.press("escape", "y")
        await desk.until_shown("#notice", "Copied your solution.")
        assert desk.app.clipboard == "def double(x): ...\n"
