"""A card on the screen: its question, the place for an answer, and all that the reveal shows."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Input, Markdown, OptionList, Static
from textual.widgets.markdown import MarkdownFence
from textual.widgets.option_list import Option

from quizzer.core.card import back, front
from quizzer.core.note import Note
from quizzer.markup.clean import clean_line, prepare
from quizzer.markup.parser import make_parser
from quizzer.markup.plain import plain_line
from quizzer.services.answer_check import LONGEST_OPTION, Check
from quizzer.services.question import Question
from quizzer.tui.widgets.points_list import PointsList

WIDE_STEP = 8  # cells that a wide block moves a key press


class CardView(VerticalScroll):
    """Shows one question at a time; long texts scroll."""

    def compose(self) -> ComposeResult:
        """Lay out all parts; those without content are hidden."""
        yield Markdown(id="front", parser_factory=make_parser, open_links=False)
        yield OptionList(id="choices")
        yield Input(id="typed", placeholder="Your answer, then Enter")
        yield Static(id="check")
        yield Markdown(id="back", parser_factory=make_parser, open_links=False)
        yield PointsList(id="points")
        yield Static(id="source", classes="faint")

    def action_scroll_left(self) -> None:
        """Scroll wide code and formulas to the left."""
        self._scroll_blocks(-WIDE_STEP)

    def action_scroll_right(self) -> None:
        """Scroll wide code and formulas to the right."""
        self._scroll_blocks(WIDE_STEP)

    async def show_question(self, question: Question, options: Sequence[str]) -> None:
        """Show the question; `options` are the choices in the order they are offered."""
        note = question.card.note
        for name in ("#choices", "#typed", "#check", "#back", "#points", "#source"):
            self.query_one(name).display = False
        await self.query_one("#front", Markdown).update(prepare(front(question.card)))
        self.scroll_home(animate=False)
        if options:
            self._show_options(options)
        elif note.accept is not None:
            typed = self.query_one("#typed", Input)
            typed.value = ""
            typed.disabled = False
            typed.display = True
            typed.focus()
        else:
            self.focus()

    async def show_answer(self, question: Question, check: Check | None) -> None:
        """Reveal the answer, what a check found, the pitfall, the points and the source."""
        note = question.card.note
        # What was offered and typed stays to be read beside the answer.
        self.query_one("#choices").disabled = True
        self.query_one("#typed", Input).disabled = True
        await self.query_one("#back", Markdown).update(prepare(_revealed(question)))
        self.query_one("#back").display = True
        if check is not None:
            self._show_check(check)
        if note.source is not None:
            checked = f" ({note.source.checked})" if note.source.checked else ""
            self.query_one("#source", Static).update(
                Content(clean_line(f"Source: {note.source.cite}{checked}"))
            )
            self.query_one("#source").display = True
        if note.points and check is None:
            self._show_points(note)
        self.focus(scroll_visible=False)
        self.call_after_refresh(self._scroll_to_answer)

    @property
    def chosen(self) -> int | None:
        """The place of the highlighted choice."""
        return self.query_one("#choices", OptionList).highlighted

    @property
    def typed(self) -> str:
        """What the learner typed."""
        return self.query_one("#typed", Input).value

    def _scroll_blocks(self, cells: int) -> None:
        for block in self.query(MarkdownFence):
            block.scroll_relative(x=cells, animate=False)

    def _scroll_to_answer(self) -> None:
        answer_y = self.query_one("#back").virtual_region.y
        if answer_y > self.size.height // 2:
            self.scroll_to(y=answer_y, animate=False)

    def _show_options(self, options: Sequence[str]) -> None:
        choices = self.query_one("#choices", OptionList)
        choices.clear_options()
        choices.add_options(
            Option(Content(f"{number}  {plain_line(text, LONGEST_OPTION)}"))
            for number, text in enumerate(options, 1)
        )
        choices.highlighted = 0
        choices.disabled = False
        choices.display = True
        choices.focus()

    def _show_check(self, check: Check) -> None:
        verdict = (
            ("✓ Right. ", "bold $success") if check.is_right else ("✗ Not what was expected. ", "bold $error")
        )
        text = clean_line(f"Expected: {check.expected}. {check.remark}")
        widget = self.query_one("#check", Static)
        widget.update(Content.assemble(verdict, text))
        widget.display = True

    def _show_points(self, note: Note) -> None:
        points = self.query_one(PointsList)
        points.border_title = "Tick what you said: Tab, then Space"
        points.show([plain_line(point, LONGEST_OPTION) for point in note.points])
        points.display = True


def _revealed(question: Question) -> str:
    pitfall = question.card.note.pitfall
    if not pitfall:
        return back(question.card)
    quoted = "\n".join(f"> {line}" for line in f"**Pitfall.** {pitfall}".splitlines())
    return f"{back(question.card)}\n\n{quoted}"
