"""Review: a question, the reveal, a grade; every answer is saved before the next card is shown."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Footer, Input, OptionList, Static

from quizzer.core.card import back, front
from quizzer.core.cloze import strip_marks
from quizzer.core.rating import Rating
from quizzer.core.suggestion import suggest_from_check, suggest_from_points
from quizzer.markup.clean import clean, clean_line
from quizzer.services.answer_check import order_choices
from quizzer.services.card_info import find_kata_of, read_card_info
from quizzer.services.question import Grade, Question
from quizzer.services.review import CANNOT_UNDO, MOVED_ON, NOTHING_TO_UNDO, Progress, ReviewSession
from quizzer.tui.kata_link import go_to_kata
from quizzer.tui.note_editor import edit_note
from quizzer.tui.screens.base import WorkingScreen
from quizzer.tui.screens.card_info import CardInfoScreen
from quizzer.tui.screens.message import MessageScreen
from quizzer.tui.screens.summary import SummaryScreen
from quizzer.tui.widgets.card_view import CardView, ChoiceList
from quizzer.tui.widgets.grade_bar import GradeBar, hint_of
from quizzer.tui.widgets.points_list import PointsList
from quizzer.tui.widgets.status_line import StatusLine


class ReviewScreen(WorkingScreen[None]):
    """One session, card by card."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go_on", "Show / accept", priority=True, key_display="Enter"),
        Binding("space", "reveal", "Show", key_display="Space", tooltip="Show the answer"),
        Binding("space", "page", "Scroll", key_display="Space"),
        Binding("tab", "app.focus_next", "To the points and back", show=False),
        *(Binding(str(key), f"press('{key}')", "Choose; rate (1 is Again)", show=False) for key in range(10)),
        Binding("u", "undo", "Undo"),
        Binding("ctrl+z", "undo", "Undo", show=False),  # where letters are typed
        Binding("i", "info", "Info"),
        Binding("e", "edit", "Edit the note", show=False),
        Binding("s", "suspend", "Suspend"),
        Binding("b", "bury", "Bury until tomorrow", show=False),
        Binding("f", "flag", "Flag the card, or take the flag away", show=False),
        Binding("k", "kata", "Go to the kata that practises it", show=False),
        Binding("y", "copy", "Copy the question; once revealed, the answer", show=False),
        Binding("escape", "leave", "Leave", show=False),
        Binding("q", "leave", "Leave"),
    ]

    def __init__(self, session: ReviewSession) -> None:
        super().__init__()
        self._session = session
        self._question: Question | None = None
        self._progress = Progress(0)
        self._options: tuple[str, ...] = ()
        self._is_revealed = False
        self._suggested: Grade | None = None
        self._shown_at = 0.0

    def compose(self) -> ComposeResult:
        """Lay out status, card, grades and footer."""
        yield StatusLine(id="status")
        yield CardView(id="card")
        yield Static(id="notice")
        yield GradeBar(id="grades")
        yield Footer(show_command_palette=False)  # help names its key; here it would push a key out

    async def on_mount(self) -> None:
        """Show the first card; what the first answer needs is loaded while the learner reads."""
        await self._next()
        self.run_worker(self.attempt(self._session.workspace.prepare))

    async def action_go_on(self) -> None:
        """Reveal the answer; once revealed, give the suggested grade."""
        if not self._is_revealed:
            self.leave_key_to(Input, OptionList)
        await self._go_on()

    async def _go_on(self) -> None:
        if self._question is None:
            return
        if not self._is_revealed:
            await self._check_and_reveal()
        elif self._suggested is not None:
            await self._answer(self._suggested)
        else:
            first, *_, last = self._question.grades
            self._notice(f"Rate yourself: {first.key} ({first.label}) to {last.key} ({last.label}).")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer Space for what it does now.

        A choice is made by its number or Enter: Space would make one that nobody chose.
        """
        if action == "reveal":
            return not self._is_revealed and not self._options
        return self._is_revealed if action == "page" else True

    def action_page(self) -> None:
        """Scroll on through a long answer."""
        self.query_one(CardView).scroll_page_down()

    async def action_press(self, key: str) -> None:
        """Choose an option before the reveal; give a grade after it."""
        if self._question is None:
            return
        if self._is_revealed:
            grade = self._question.grade(key)
            if grade is not None:
                await self._answer(grade)
        elif self._options and 1 <= int(key) <= len(self._options):
            self.query_one("#choices", OptionList).highlighted = int(key) - 1
            await self.action_reveal()

    async def action_undo(self) -> None:
        """Take the last step back and show its card again."""
        before = len(self._session.steps)
        step = await self.attempt(self._session.undo)
        if step is None:
            if len(self._session.steps) < before:
                self._notice(CANNOT_UNDO)
            elif before == 0:
                self._notice(NOTHING_TO_UNDO)
            return
        await self._next()
        self._notice(step.undone())

    async def action_suspend(self) -> None:
        """Take the card out of all sessions."""
        await self._set_aside(self._session.suspend, "Suspended")

    async def action_bury(self) -> None:
        """Hide the note until tomorrow."""
        await self._set_aside(self._session.bury, "Buried until tomorrow")

    async def action_flag(self) -> None:
        """Flag the card, or take its flag away; the card stays."""
        if self._question is None:
            return
        found = await self.attempt(self._session.flag, self._question)
        if found is None:
            return
        is_written, flagged = found
        if not is_written:
            await self._next()
            self._notice(MOVED_ON)
            return
        self._question = flagged
        word = "Flagged" if flagged.is_flagged else "Flag removed"
        self.query_one(StatusLine).show(flagged, self._progress)
        self._notice(f"{word}: {clean_line(flagged.card.key)}. u undoes it.")

    async def action_info(self) -> None:
        """Show what is known of the card."""
        if self._question is None:
            return
        info = await self.attempt(read_card_info, self._session.workspace, self._question)
        if info is not None:
            await self.app.push_screen(CardInfoScreen(info))

    async def action_edit(self) -> None:
        """Open the note in the learner's editor; then ask the card again, as it is written now."""
        if self._question is None:
            return
        found = await edit_note(self, self._session, self._question)
        if found is None:
            return
        place, problem = found
        await self._next()
        self._notice(place.outcome)
        if problem:
            await self.app.push_screen(MessageScreen(problem))

    async def action_kata(self) -> None:
        """Go to the kata that practises the note."""
        if self._question is None:
            return
        workspace, note = self._session.workspace, self._question.card.note
        slug = await self.attempt(lambda: find_kata_of(workspace, note) or "")
        if slug == "":
            self._notice("No kata practises this card.")
        elif slug is not None:
            await go_to_kata(self, workspace, slug)

    def action_copy(self) -> None:
        """Copy the question, or once revealed the answer, as Markdown."""
        if self._question is None:
            return
        face = back if self._is_revealed else front
        self.app.copy_to_clipboard(strip_marks(clean(face(self._question.card))))
        self._notice(f"Copied the {'answer' if self._is_revealed else 'question'}.")

    def action_leave(self) -> None:
        """Leave the answer field; without one, the session."""
        if isinstance(self.focused, Input):
            self.set_focus(self.query_one(CardView))
            return
        self._show_summary()

    async def on_grade_bar_chosen(self, event: GradeBar.Chosen) -> None:
        """A click on a cell is its key."""
        await (self.action_press(event.key) if event.key else self._go_on())

    def on_points_list_ticked(self, event: PointsList.Ticked) -> None:
        """Ticking a point changes the suggestion."""
        if self._question is not None and self._is_revealed:
            self._suggest(suggest_from_points(event.count, len(self._question.card.note.points)))

    async def _next(self) -> None:
        found = await self.attempt(self._session.look)
        if found is None:
            return
        self._question, self._progress = found
        self._is_revealed = False
        self._suggested = None
        if self._question is None:
            self._show_summary()
            return
        note, number = self._question.card.note, self._question.position.number
        key = self._question.card.key
        self._options = order_choices(note.choices, key, number) if note.choices is not None else ()
        self._notice(self._question.reason)
        with self.app.batch_update():  # one layout, not one for every part
            self.query_one(StatusLine).show(self._question, self._progress)
            await self.query_one(CardView).show_question(self._question, self._options)
            self.query_one(GradeBar).show_hint(hint_of(note))
        self.refresh_bindings()
        self._shown_at = time.monotonic()

    @on(Input.Submitted)
    @on(OptionList.OptionSelected, "#choices")
    @on(ChoiceList.NothingChosen)
    async def _check_and_reveal(self) -> None:
        if missing := self.query_one(CardView).say_what_is_missing():
            self._notice(missing)
        else:
            await self.action_reveal()

    async def action_reveal(self) -> None:
        """Reveal the answer."""
        question = self._question
        if question is None or self._is_revealed:
            return
        self._is_revealed = True
        self.refresh_bindings()
        check = self.query_one(CardView).check(question.card.note)
        with self.app.batch_update():
            await self.query_one(CardView).show_answer(question, check)
            self._suggest(None if check is None else suggest_from_check(check.is_right))

    def _suggest(self, rating: Rating | None) -> None:
        assert self._question is not None
        self._suggested = None if rating is None else self._question.suggested(rating)
        self.query_one(GradeBar).show_grades(self._question.grades, self._suggested)

    async def _answer(self, grade: Grade) -> None:
        assert self._question is not None
        duration_ms = int((time.monotonic() - self._shown_at) * 1000)
        is_written = await self.attempt(self._session.answer, self._question, grade, duration_ms)
        if is_written is None:
            return
        await self._next()
        if not is_written or self._session.remark:
            self._notice(self._session.remark if is_written else MOVED_ON)

    async def _set_aside(self, record: Callable[[Question], bool], word: str) -> None:
        if self._question is None:
            return
        is_written = await self.attempt(record, self._question)
        if is_written is None:
            return
        key = clean_line(self._question.card.key)
        await self._next()
        self._notice(f"{word}: {key}. u undoes it." if is_written else MOVED_ON)

    def _notice(self, text: str) -> None:
        """Show a line above the grades, in the place of the one before."""
        notice = self.query_one("#notice", Static)
        notice.update(Content(text))
        notice.display = bool(text)

    def _show_summary(self) -> None:
        self.app.push_screen(SummaryScreen(self._session), self._after_summary)

    async def _after_summary(self, goes_on: bool | None) -> None:
        if goes_on:
            await self._next()
        elif len(self.app.screen_stack) > 2:  # the default screen, home, this one
            self.dismiss()
        else:
            self.app.exit()
