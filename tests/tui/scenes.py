"""The scenes that are kept as pictures: for each screen what leads to it, in one learner's third day."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from textual.command import CommandPalette
from textual.pilot import Pilot
from textual.screen import Screen

from quizzer.core.kata import Kata
from quizzer.core.rating import Rating
from quizzer.core.verdict import GateResult, GateStatus, Progress, Status, Verdict
from quizzer.services.review import ReviewSession
from quizzer.services.selection import Selection
from quizzer.services.workspace import Workspace
from quizzer.tui.app import QuizzerApp
from quizzer.tui.screens.attempts import AttemptsScreen
from quizzer.tui.screens.browse import BrowseScreen
from quizzer.tui.screens.card_info import CardInfoScreen
from quizzer.tui.screens.card_page import CardPageScreen
from quizzer.tui.screens.choice import ChoiceScreen
from quizzer.tui.screens.confirm import ConfirmScreen
from quizzer.tui.screens.help import HelpScreen
from quizzer.tui.screens.home import HomeScreen
from quizzer.tui.screens.kata import KataScreen
from quizzer.tui.screens.katas import KatasScreen
from quizzer.tui.screens.message import MessageScreen
from quizzer.tui.screens.query_page import QueryPageScreen
from quizzer.tui.screens.review import ReviewScreen
from quizzer.tui.screens.setting_input import SettingInput
from quizzer.tui.screens.settings import SettingsScreen
from quizzer.tui.screens.statistics import StatisticsScreen
from quizzer.tui.screens.summary import SummaryScreen
from quizzer.tui.screens.text import NotesScreen, TextScreen
from quizzer.tui.screens.welcome import WelcomeScreen
from tests.support import PreparedGrader, StandingClock, answer, make_verdict
from tests.tui.keys import screen_text

PATIENCE_S = 60.0
KATA = "double-it"
CPU = GateResult("cpu_time", GateStatus.PASSED, 1.8, 6.0, 1.0, "times the reference")
MEMORY = GateResult(
    "memory_growth",
    GateStatus.FAILED,
    3.9,
    2.8,
    1.7,
    "times",
    misconception="keeps-all",
    explanation="You keep every\nintermediate result.",
    notes=("attention-scale",),
)
FAILED = make_verdict(Status.FAILED, misconception="drops-the-sign", notes=("kv-bytes",), gates=(CPU, MEMORY))
PASSED = make_verdict(Status.PASSED, gates=(CPU,))


class SeededGrader(PreparedGrader):
    """A prepared grader whose draws always have the same seed."""

    def grade(self, kata: Kata, source: str, seed: int, **options: Any) -> Iterator[Progress | Verdict]:
        """Grade as ever, with the seed 7."""
        return super().grade(kata, source, 7, **options)


@dataclass
class Stage:
    """The application in one scene, and the hands at its keyboard."""

    app: QuizzerApp
    pilot: Pilot[None]
    workspace: Workspace

    async def press(self, *keys: str) -> None:
        """Press keys, each when the one before has had its effect."""
        for key in keys:
            await self.pilot.press(key)
            await self.pilot.pause()

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait until something is so."""
        cap = time.monotonic() + PATIENCE_S
        while not is_so():
            assert time.monotonic() < cap, f"not so; shown:\n{screen_text(self.app)}"
            await self.pilot.pause()

    async def until_shown(self, *texts: str) -> None:
        """Wait until the screen shows all of these."""
        await self.until(lambda: all(text in screen_text(self.app) for text in texts))


Act = Callable[[Stage], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Scene:
    """What is done until the screen of a kind is on; a review begins with the note of that name."""

    kind: type[Screen[Any]]
    act: Act
    review: str = ""
    is_first: bool = False
    verdicts: tuple[Verdict, ...] = ()


def study_three_days(workspace: Workspace, clock: StandingClock) -> None:
    """Give the learner a history: two evenings of answers, good and bad; the third day has begun."""
    days = (
        (("attention-scale", Rating.AGAIN), ("attention-code", Rating.GOOD), ("window", Rating.EASY)),
        (("attention-scale", Rating.HARD), ("window", Rating.GOOD), ("kv-bytes", Rating.GOOD)),
    )
    for day in days:
        for note, rating in day:
            answer(_session(workspace, note), rating)
            clock.advance(minutes=1)
        clock.advance(days=1)


@asynccontextmanager
async def staged(scene: Scene, workspace: Workspace, size: tuple[int, int]) -> AsyncIterator[Stage]:
    """Play a scene; the application runs until the block ends."""
    session = _session(workspace, scene.review) if scene.review else None
    app = QuizzerApp(workspace, session, is_first=scene.is_first)
    app.animation_level = "none"
    async with app.run_test(size=size) as pilot:
        stage = Stage(app, pilot, workspace)
        await pilot.pause()
        if scene.verdicts or scene.kind is KataScreen:
            app.push_screen(KataScreen(workspace, KATA, SeededGrader(list(scene.verdicts))))
        await scene.act(stage)
        yield stage


def _session(workspace: Workspace, note: str) -> ReviewSession:
    return ReviewSession(workspace, Selection(topics=(f"{note}-topic",)))


def keys(*pressed: str, shows: str) -> Act:
    """Return an act that presses keys and waits for a text."""

    async def act(stage: Stage) -> None:
        await stage.press(*pressed)
        await stage.until_shown(shows)

    return act


def reveal(shows: str) -> Act:
    """Return an act that reveals the answer."""
    return keys("space", shows=shows)


async def _unfold_all(stage: Stage) -> None:
    await stage.until_shown("Serving", "To come")
    await stage.press("plus")
    await stage.until_shown("Serving, 3 notes")


async def _type_an_answer(stage: Stage) -> None:
    await stage.until_shown("How many MiB")
    await stage.press(*"0.5 MiB", "enter")
    await stage.until_shown("Right", "Source")


async def _choose_wrongly(stage: Stage) -> None:
    await stage.until_shown("Over which axis", "3 ")
    await stage.press("1")
    await stage.until_shown("Expected", "Source")


async def _sum_up(stage: Stage) -> None:
    session = stage.app.session
    assert session is not None
    answer(session, Rating.GOOD)
    await stage.press("q")
    await stage.until_shown("1 answer")


async def _look_into_readiness(stage: Stage) -> None:
    await stage.press("t")
    await stage.until_shown("reviews in a year")
    await stage.press("4", "enter")
    await stage.until(lambda: isinstance(stage.app.screen, MessageScreen))


async def _mark_all(stage: Stage) -> None:
    await stage.press("b")
    await stage.until_shown("attention-scale", "8 cards")
    await stage.press("a", "s")
    await stage.until(lambda: isinstance(stage.app.screen, ConfirmScreen))


async def _open_a_card(stage: Stage) -> None:
    await stage.press("b")
    await stage.until_shown("attention-scale", "8 cards")
    await stage.press("enter")
    await stage.until_shown("Why are attention scores", "Source")


async def _query(stage: Stage) -> None:
    await stage.press("b")
    await stage.until_shown("attention-scale", "8 cards")
    await stage.press("slash", *"is:due prop:nonsense")
    await stage.until_shown("✗")


async def _explain_queries(stage: Stage) -> None:
    await stage.press("b")
    await stage.until_shown("attention-scale", "8 cards")
    await stage.press("f1")
    await stage.until(lambda: isinstance(stage.app.screen, QueryPageScreen))


async def _ask_for_the_kata(stage: Stage) -> None:
    await stage.until_shown("Start?")


async def _decline(stage: Stage) -> None:
    await stage.until_shown("Start?")
    await stage.press("n")
    await stage.until_shown("Write double(x)", "example")


async def _write(stage: Stage) -> None:
    await stage.until_shown("Start?")
    await stage.press("y")
    await stage.until_shown("Write your solution", "raise NotImplementedError")


async def _grade(stage: Stage) -> None:
    await _write(stage)
    await stage.press("x", "ctrl+s")
    await stage.until_shown("Cases: 2 of 2" if stage.app.size.height > 30 else "case")
    kata = stage.app.screen
    assert isinstance(kata, KataScreen)
    await stage.until(lambda: not kata.is_busy)


def after_grading(key: str, kind: type[Screen[Any]]) -> Act:
    """Return an act that presses a key below a verdict."""

    async def act(stage: Stage) -> None:
        await _grade(stage)
        kata = stage.app.screen
        assert isinstance(kata, KataScreen)
        if kata.panes.is_editing:  # in a wide window one writes on
            await stage.press("escape")
        await stage.press(key)
        await stage.until(lambda: isinstance(stage.app.screen, kind))

    return act


async def _compare(stage: Stage) -> None:
    await _decline(stage)
    await stage.press("d")
    await stage.until_shown("Yours (-)", "+    return")


async def _offer_commands(stage: Stage) -> None:
    await stage.press("ctrl+p")
    await stage.until_shown("Browse", "Quit")


SCENES: dict[str, Scene] = {
    "welcome": Scene(WelcomeScreen, keys(shows="How many new cards"), is_first=True),
    "home": Scene(HomeScreen, _unfold_all),
    "review-question": Scene(ReviewScreen, keys(shows="Why are attention scores"), review="attention-scale"),
    "review-math": Scene(ReviewScreen, reveal("Source"), review="attention-scale"),
    "review-code": Scene(ReviewScreen, reveal("softmax"), review="attention-code"),
    "review-table": Scene(ReviewScreen, reveal("Source"), review="attention-table"),
    "review-choice": Scene(ReviewScreen, keys(shows="Over which axis"), review="layernorm-axis"),
    "review-chosen": Scene(ReviewScreen, _choose_wrongly, review="layernorm-axis"),
    "review-typed": Scene(ReviewScreen, _type_an_answer, review="kv-bytes"),
    "review-cloze": Scene(ReviewScreen, reveal("Source"), review="attention-cost"),
    "summary": Scene(SummaryScreen, _sum_up, review="attention-scale"),
    "card-info": Scene(CardInfoScreen, keys("i", shows="Ease"), review="attention-scale"),
    "help": Scene(HelpScreen, keys("question_mark", shows="Undo"), review="attention-scale"),
    "palette": Scene(CommandPalette, _offer_commands),
    "browse": Scene(BrowseScreen, keys("b", shows="8 cards")),
    "browse-fault": Scene(BrowseScreen, _query),
    "query-page": Scene(QueryPageScreen, _explain_queries),
    "card-page": Scene(CardPageScreen, _open_a_card),
    "confirm": Scene(ConfirmScreen, _mark_all),
    "katas": Scene(KatasScreen, keys("k", shows="Double it")),
    "kata-start": Scene(ChoiceScreen, _ask_for_the_kata, verdicts=(PASSED,)),
    "kata-task": Scene(KataScreen, _decline),
    "kata-editor": Scene(KataScreen, _write),
    "kata-failed": Scene(KataScreen, _grade, verdicts=(FAILED,)),
    "kata-passed": Scene(KataScreen, _grade, verdicts=(PASSED,)),
    "kata-menu": Scene(ChoiceScreen, after_grading("m", ChoiceScreen), verdicts=(FAILED,)),
    "attempts": Scene(AttemptsScreen, after_grading("p", AttemptsScreen), verdicts=(FAILED,)),
    "notes": Scene(NotesScreen, after_grading("c", NotesScreen), verdicts=(FAILED,)),
    "reference": Scene(TextScreen, _compare, verdicts=(PASSED,)),
    "statistics": Scene(StatisticsScreen, keys("t", shows="reviews in a year")),
    "statistics-memory": Scene(StatisticsScreen, keys("t", "2", shows="reviews in a year")),
    "statistics-habits": Scene(StatisticsScreen, keys("t", "3", shows="reviews in a year")),
    "readiness": Scene(StatisticsScreen, keys("t", "4", shows="reviews in a year")),
    "message": Scene(MessageScreen, _look_into_readiness),
    "settings": Scene(SettingsScreen, keys("comma", shows="Scheduler: SM-2")),
    "setting": Scene(SettingInput, keys("comma", "down", "enter", shows="Enter saves")),
}
