"""A kata: the task, an editor, the verdict case by case, and the rating that ends the sitting."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Footer, Static, TextArea

from quizzer.markup.clean import clean_line
from quizzer.services.clock_check import check_clock
from quizzer.services.draft import Draft
from quizzer.services.grading import Grader, open_grader
from quizzer.services.katas import find_cures, find_kata
from quizzer.services.sitting import KataDesk
from quizzer.services.workspace import Workspace
from quizzer.tui.screens.attempts import AttemptsScreen
from quizzer.tui.screens.choice import ChoiceScreen
from quizzer.tui.screens.sitting import STOPPING, SittingScreen
from quizzer.tui.screens.text import NotesScreen
from quizzer.tui.widgets.grade_bar import GradeBar
from quizzer.tui.widgets.kata_panes import Pane

WATCH_S = 2.0  # between two looks at the file
EARLIER = "The last verdict, from an earlier attempt."
ACTIONS = {
    "s": ("Start", "start"),
    "h": ("Hint", "hint"),
    "c": ("Cards", "cures"),
    "d": ("Compare with the reference", "compare"),
    "x": ("Show the reference", "reveal"),
    "p": ("Past attempts", "past"),
    "o": ("Open in $EDITOR", "outside"),
    "y": ("Copy your solution", "copy"),
    "g": ("Give up", "give_up"),
    "u": ("Undo the rating", "undo"),
}
IN_FOOTER = ("s", "h", "c")


class KataScreen(SittingScreen):
    """One kata on the learner's desk."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "grade", "Grade", key_display="^s", tooltip="Save the file and grade it"),
        Binding("ctrl+t", "switch", "From the editor to the task, and back", show=False, key_display="^t"),
        Binding("e", "show('editor')", "Edit"),
        Binding("t", "show('task')", "Task"),
        Binding("r", "show('result')", "Result"),
        *(Binding(k, f"do('{name}')", text, show=k in IN_FOOTER) for k, (text, name) in ACTIONS.items()),
        Binding("m", "menu", "More"),
        Binding("enter", "accept", "Take the suggested rating", show=False),
        *(Binding(str(key), f"rate('{key}')", "Rate", show=False) for key in range(10)),
        Binding("escape", "back", "Back", key_display="Esc", priority=True),
        Binding("q", "leave", "Leave", show=False),
    ]
    is_busy = False
    _is_unusable = False

    def __init__(self, workspace: Workspace, slug: str, grader: Grader | None = None) -> None:
        super().__init__(grader or open_grader())
        self._workspace = workspace
        self._slug = slug

    def compose(self) -> ComposeResult:
        """Lay out headline, panes, notice, grades and footer."""
        yield Static("Opening the kata …", id="headline")
        yield self.panes
        yield Static(id="notice")
        yield GradeBar(id="grades")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Open the kata."""
        self.query_one(GradeBar).display = False
        self._work(self._open)
        self.set_interval(WATCH_S, self._tick)

    async def on_unmount(self) -> None:
        """End the grader."""
        self.interrupt()
        async with self._lock:
            await asyncio.to_thread(self._grader.close)

    def on_screen_resume(self) -> None:
        """Leave where the kata could not be opened, once that was read."""
        if self._is_unusable:
            self.dismiss()

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Say whether the text is saved."""
        event.stop()
        self.show_headline()

    async def on_grade_bar_chosen(self, event: GradeBar.Chosen) -> None:
        """Rate by mouse."""
        await self.run_action(f"rate('{event.key}')")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what can be done now; in the editor, only what is no letter."""
        if self.panes.is_editing:
            return action not in ("do", "show", "menu", "leave", "accept", "rate")
        return action != "do" or self._can(str(parameters[0]))

    def get_selected_text(self) -> str | None:
        """Return what is selected, in the editor if the keys go there."""
        return (self.panes.is_editing and self.editor.selected_text) or super().get_selected_text()

    def show_headline(self) -> None:
        """Say what kata this is, how it stands, and whether the text is saved."""
        if self.desk is None:
            return
        kata, standing = self.desk.kata, self.standing
        state = [str(kata.level), f"par {kata.par_minutes} min"]
        if standing is not None and standing.sitting is not None:
            minutes = int((self._workspace.now() - standing.sitting.started_at).total_seconds() // 60)
            state.append("passed, not rated" if standing.passed else f"{minutes} min so far")
        if self.is_unsaved:
            state.append("● not saved")
        self.query_one("#headline", Static).update(
            Content.assemble((clean_line(kata.title), "bold"), f"   {' · '.join(state)}")
        )

    def action_grade(self) -> None:
        """Save the file and grade it."""
        self._work(self.grade)

    def action_show(self, pane: str) -> None:
        """Show a pane."""
        self.panes.show(Pane(pane))

    def action_switch(self) -> None:
        """Go from the editor to the task or result, and back."""
        self.panes.toggle()

    def action_back(self) -> None:
        """Stop the grading; else leave the editor; else the screen."""
        if self.interrupt():
            self.panes.result.query_one("#verdict", Static).update(STOPPING)
        elif self.panes.is_editing:
            self.panes.toggle()
        else:
            self.action_leave()

    def action_leave(self) -> None:
        """Save the file and leave; the sitting stays open."""
        self.interrupt()
        self.run_worker(self._leave())

    def action_do(self, name: str) -> None:
        """Do one of the things that the menu lists."""
        doings = {
            "start": self._offer_start,
            "hint": self.hint,
            "cures": self._show_cures,
            "compare": self.compare,
            "reveal": self.reveal,
            "past": self._show_past,
            "outside": self.edit_outside,
            "copy": self.copy,
            "give_up": self.give_up,
            "undo": self.undo,
        }
        self._work(doings[name])

    def action_accept(self) -> None:
        """Give the suggested grade."""
        if self.question is not None and self.suggestion is not None:
            self._work(partial(self.rate, self.question.suggested(self.suggestion.rating)))

    def action_rate(self, key: str) -> None:
        """Give a grade."""
        grade = self.question.grade(key) if self.question is not None else None
        if grade is not None:
            self._work(partial(self.rate, grade))

    def action_menu(self) -> None:
        """List all that can be done, for those who do not know its key."""
        self._work(self._choose)

    async def _open(self) -> None:
        self.desk = await self.attempt(self._make_desk)
        if self.desk is None:
            self._is_unusable = True
            return
        self.draft = Draft(self.desk)
        self.run_worker(self.panes.show_task(self.desk.kata))  # drawing a long task takes a while
        if not await self.look() or self.standing is None:
            return
        self.verdict = self.standing.last_verdict
        if self.verdict is not None:
            self.panes.result.show_verdict(self.verdict, "" if self.standing.sitting else EARLIER)
        await self._settle_in()

    async def _settle_in(self) -> None:
        """Show what the learner finds: an open sitting, one that waits for its rating, or none."""
        assert self.desk is not None
        assert self.standing is not None
        sitting = self.standing.sitting
        await self.load(self.desk.kata.starter)
        self.show_headline()
        if sitting is None:
            self.panes.show(Pane.RESULT if self.verdict else Pane.TASK)
            if self.standing.is_wanted:
                await self._offer_start()
            else:
                self.notice(f"{self.standing.not_wanted}; s starts a sitting anyway.")
        elif self.suggestion is not None:
            self.panes.show(Pane.RESULT)
            self.notice(f"{self.suggestion.reason} Rate it; Enter takes what is marked.")
        else:
            if sitting.hints:
                await self.panes.show_hints(self.desk.kata.hints[: sitting.hints], len(self.desk.kata.hints))
            self.panes.show(Pane.EDITOR)
            self.run_worker(self.warm_up())

    async def _offer_start(self) -> None:
        if self.desk is None or self.standing is None or self.standing.sitting is not None:
            return
        kept = " The file that is there goes to the archive." if self.desk.path.exists() else ""
        par = f"par: {self.desk.kata.par_minutes} minutes"
        if await self.is_sure(f"Start? A blank starter is laid out and the time begins ({par}).{kept}"):
            await self.begin()
        else:
            self.notice("Nothing has begun: read the task; s starts.")

    async def _show_cures(self) -> None:
        if self.verdict is not None:
            notes = await self.attempt(find_cures, self._workspace, self.verdict)
            names = ", ".join(name.replace("-", " ") for name in self.verdict.misconceptions)
            if notes:
                self.app.push_screen(NotesScreen(clean_line(f"Cards on: {names}"), notes))

    async def _show_past(self) -> None:
        attempts = None if self.desk is None else await self.attempt(self.desk.past_attempts)
        if attempts is not None and self.desk is not None:
            title = clean_line(self.desk.kata.title)
            self.app.push_screen(AttemptsScreen(title, attempts, self._workspace.calendar.zone))

    async def _choose(self) -> None:
        answers = {key: text for key, (text, name) in ACTIONS.items() if self._can(name)}
        answer = await self.app.push_screen_wait(ChoiceScreen("What next?", {**answers, "q": "Leave"}))
        if answer is not None:
            action = "leave" if answer == "q" else f"do('{ACTIONS[answer][1]}')"
            self.call_later(self.run_action, action)

    async def _leave(self) -> None:
        if not self.has_to_lose or await self.save():
            self.dismiss()

    async def _tick(self) -> None:
        self.show_headline()
        if not self.is_busy and self.app.screen is self:
            await self.look_at_file()

    def _can(self, action: str) -> bool:
        """Whether an action leads anywhere now."""
        if self.standing is None or self.is_grading:
            return False
        has_sitting = self.standing.sitting is not None
        return {
            "start": not has_sitting,
            "hint": self.is_open,
            "cures": self.verdict is not None and bool(self.verdict.notes),
            "compare": self.may_compare,
            "outside": self.is_open,
            "give_up": self.is_open,
            "undo": not has_sitting and not self.standing.state.is_new,
        }.get(action, True)

    def _make_desk(self) -> KataDesk:
        kata = find_kata(self._workspace.content.roots, self._slug)
        check_clock(self._workspace, f"quizzer kata {kata.slug}")
        return KataDesk(self._workspace, kata)

    def _work(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do one thing at a time: a key that is pressed twice does not do it twice."""
        if not self.is_busy:
            self.is_busy = True
            self.run_worker(self._do(work))

    async def _do(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        try:
            await work()
        finally:
            self.is_busy = False
