"""What a screen does with a sitting: begin it, grade the file, rate, and take that back."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass

from textual.message import Message

from quizzer.core.sitting import Suggestion
from quizzer.core.verdict import Progress, Status, Verdict
from quizzer.errors import StoppedError
from quizzer.services.grading import Grader, fresh_seed
from quizzer.services.katas import shown
from quizzer.services.question import Grade, Question
from quizzer.services.sitting import Graded, KataDesk, Started
from quizzer.services.sitting_end import Finished
from quizzer.services.standing import Standing
from quizzer.services.verdict_words import ENDED_ELSEWHERE, NOT_YOURS, pulled_sentence
from quizzer.tui.screens.choice import YES_OR_NO, ChoiceScreen
from quizzer.tui.screens.file import FileScreen
from quizzer.tui.screens.text import TextScreen, code_content, difference
from quizzer.tui.widgets.grade_bar import GradeBar
from quizzer.tui.widgets.kata_panes import KataPanes, Pane

GRADING = "Grading … Esc stops it."
REFERENCE = "Show the reference? The sitting will be rated Again."
STOPPING = "Stopping …"
STOPPED = "Stopped; nothing was recorded."
NOT_OPEN = "Saved. No sitting is open, so nothing is graded: s starts one."
PASSED_ALREADY = "This sitting has passed and waits for its rating below."
UNDONE = "Undone: {rating}. The sitting is open again."


class SittingScreen(FileScreen):
    """Holds the desk, how the learner stands, and the grader; `desk` is None until the kata is open."""

    desk: KataDesk | None = None
    standing: Standing | None = None
    verdict: Verdict | None = None
    question: Question | None = None
    suggestion: Suggestion | None = None
    _stop: threading.Event | None = None
    _run = 0

    @dataclass
    class Reported(Message):
        """The grading number `run` reported something."""

        run: int
        item: Progress

    def __init__(self, grader: Grader) -> None:
        self.panes = KataPanes()
        super().__init__(self.panes.editor)
        self._grader = grader
        self._lock = asyncio.Lock()  # the grader does one thing at a time

    @property
    def is_grading(self) -> bool:
        """Whether a grading is under way."""
        return self._stop is not None

    @property
    def is_open(self) -> bool:
        """Whether a sitting is open that has not passed."""
        standing = self.standing
        return standing is not None and standing.sitting is not None and standing.passed is None

    async def look(self) -> bool:
        """Read how the learner stands and show what follows from it; return whether that could be done."""
        found = None if self.desk is None else await self.attempt(self._look)
        if found is None:
            return False
        self.standing, self.question, self.suggestion = found
        self.editor.read_only = not self.is_open and not self.is_unsaved
        bar = self.query_one(GradeBar)
        bar.display = self.question is not None
        if self.question is not None and self.suggestion is not None:
            bar.show_grades(self.question.grades, self.question.suggested(self.suggestion.rating))
        self.show_headline()
        self.refresh_bindings()
        return True

    def show_headline(self) -> None:
        """Say what kata this is and how it stands."""

    async def begin(self) -> None:
        """Open a sitting with a blank starter."""
        started = await self.attempt(self._start)
        if started is None or not await self.look() or self.desk is None:
            return
        await self.load(self.desk.kata.starter)
        self.panes.show(Pane.EDITOR)
        kept = f" Your earlier file is kept as {shown(started.archived)}" if started.archived else ""
        self.notice(f"Write your solution; ^s saves and grades it, Esc leaves the editor.{kept}")
        self.run_worker(self.warm_up())

    async def warm_up(self) -> None:
        """Start the grader while the learner writes, so that the first grading need not wait for it."""
        async with self._lock:
            await self.attempt(self._grader.start)

    async def grade(self) -> None:
        """Save the file and grade it; a pass asks for the rating."""
        if self.is_grading or not await self.save():
            return
        if not self.is_open:
            has_passed = self.standing is not None and self.standing.passed is not None
            self.notice(PASSED_ALREADY if has_passed else NOT_OPEN)
            return
        self._stop, self._run = threading.Event(), self._run + 1
        self.notice("")
        self.panes.result.begin(GRADING)
        self.panes.show_result()
        self.refresh_bindings()
        async with self._lock:
            found = await self.attempt(self._grade, self.editor.text, self._run, self._stop)
        self._stop = None
        await self._show_graded(found)

    def on_sitting_screen_reported(self, event: Reported) -> None:
        """Show what a grading reports, unless it is over."""
        if self.is_grading and event.run == self._run:
            self.panes.result.add(event.item)

    def interrupt(self) -> bool:
        """Stop the grading that is under way; return whether there was one."""
        if self._stop is None:
            return False
        self._stop.set()
        return True

    async def rate(self, grade: Grade) -> None:
        """End the sitting in its review."""
        if self.desk is not None and self.question is not None:
            await self._finish(await self.attempt(self.desk.rate, grade, self.question))

    async def give_up(self) -> None:
        """End the sitting with Again, once the learner is sure."""
        if self.desk is None or not await self.is_sure("Give up? The sitting ends with Again."):
            return
        if await self.save():
            await self._finish(await self.attempt(self.desk.give_up))

    async def undo(self) -> None:
        """Take the last rating back."""
        rating = None if self.desk is None else await self.attempt(self.desk.undo)
        if rating is not None and await self.look():
            self.notice(UNDONE.format(rating=rating.name.capitalize()))

    async def hint(self) -> None:
        """Count one more hint and show it below the task."""
        hints = None if self.desk is None else await self.attempt(self.desk.hint)
        if hints is not None and self.desk is not None and await self.look():
            total = len(self.desk.kata.hints)
            await self.panes.show_hints(hints, total)
            self.panes.show(Pane.TASK)
            self.notice(f"Hint {len(hints)} of {total}; from the second on, Hard is suggested.")

    async def reveal(self) -> None:
        """Show the reference; an open sitting costs that its rating, once the learner is sure."""
        if self.desk is None or not (self.may_compare or await self.is_sure(REFERENCE)):
            return
        text = await self.attempt(self.desk.reveal)
        if text is not None and await self.look():
            self.app.push_screen(TextScreen("The reference", code_content(text)))

    async def compare(self) -> None:
        """Show how the reference differs from the text in the editor."""
        text = None if self.desk is None else await self.attempt(self.desk.reveal)
        if text is not None:
            lines = difference(self.editor.text, text)
            self.app.push_screen(TextScreen("Yours (-) and the reference (+)", lines))

    @property
    def may_compare(self) -> bool:
        """Whether the reference costs nothing now."""
        sitting = self.standing.sitting if self.standing is not None else None
        return not self.is_open or (sitting is not None and sitting.revealed_at is not None)

    async def is_sure(self, question: str) -> bool:
        """Ask before something that costs."""
        return await self.app.push_screen_wait(ChoiceScreen(question, YES_OR_NO, "n")) == "y"

    async def _finish(self, finished: Finished | None) -> None:
        await self.look()
        if finished is not None and self.desk is not None:
            sentence = finished.sentence(self.desk.kata.title)
            self.notice(" ".join(filter(None, (sentence, finished.remark, "u takes it back."))))

    async def _show_graded(self, found: Graded | StoppedError | None) -> None:
        if not isinstance(found, Graded):  # stopped, or the message says why
            self.panes.result.begin(STOPPED if found else "Not graded.")
            await self.look()
            return
        self.verdict = found.verdict
        await self.look()
        self.panes.result.show_verdict(found.verdict, _remark(found))
        if self.suggestion is not None and self.question is not None:
            if not self.is_unsaved:  # who writes on must not rate with the next key
                self.panes.show(Pane.RESULT)
            label = self.question.suggested(self.suggestion.rating).label
            first = "Esc leaves the editor, " if self.panes.is_editing else ""
            self.notice(f"{self.suggestion.reason} Suggested: {label}. {first}Enter takes it.")

    def _look(self) -> tuple[Standing, Question | None, Suggestion | None]:
        assert self.desk is not None
        standing = self.desk.look()
        if standing.passed is None:
            return standing, None, None
        return standing, self.desk.question(), self.desk.suggestion()

    def _start(self) -> Started:
        assert self.desk is not None
        self._grader.check()
        return self.desk.start()

    def _grade(self, source: str, run: int, stop: threading.Event) -> Graded | StoppedError:
        assert self.desk is not None

        def report(item: Progress) -> None:
            self.post_message(self.Reported(run, item))

        try:
            return self.desk.grade(
                self._grader,
                source,
                fresh_seed(),
                report,
                stop.is_set,
            )
        except StoppedError as error:
            return error


def _remark(graded: Graded) -> str:
    if graded.verdict.status is Status.ERRORED:
        return NOT_YOURS
    if graded.number is None:
        return ENDED_ELSEWHERE
    return f"{pulled_sentence(graded.pulled)}; c shows what explains it." if graded.pulled else ""
