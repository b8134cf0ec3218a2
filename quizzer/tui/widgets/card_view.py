"""A card on the screen: its question, the place for an answer, and all that the reveal shows."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Input, Markdown, OptionList, SelectionList, Static
from textual.widgets.option_list import Option
from textual.widgets.selection_list import Selection

from quizzer.core.card import back, front
from quizzer.core.note import Note
from quizzer.markup.clean import clean_line, prepare
from quizzer.markup.inline import plain_line
from quizzer.markup.parser import make_parser
from quizzer.services.answer_check import Check
from quizzer.services.question import Question

LONGEST_OPTION = 300


class CardView(VerticalScroll):
    """Shows one question at a time; long texts scroll."""

    def compose(self) -> ComposeResult:
        """Lay out all parts; those without content are hidden."""
        yield Markdown(id="front", parser_factory=make_parser, open_links=False)
        yield OptionList(id="choices")
        yield Input(id="typed", placeholder="Your answer, then Enter")
        yield Static(id="check")
        yield Markdown(id="back", parser_factory=make_parser, open_links=False)
        yield SelectionList[int](id="points")
        yield Static(id="source", classes="faint")

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
        self.query_one("#choices").display = False
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
        else:
            self.focus()

    @property
    def chosen(self) -> int | None:
        """The place of the highlighted choice."""
        return self.query_one("#choices", OptionList).highlighted

    @property
    def typed(self) -> str:
        """What the learner typed."""
        return self.query_one("#typed", Input).value

    @property
    def ticked(self) -> int:
        """How many points the learner ticked."""
        return len(self.query_one("#points", SelectionList).selected)

    @property
    def has_points(self) -> bool:
        """Whether there are points to tick now."""
        return self.query_one("#points").display

    def _show_options(self, options: Sequence[str]) -> None:
        choices = self.query_one("#choices", OptionList)
        choices.clear_options()
        choices.add_options(
            Option(Content(f"{number}  {plain_line(text, LONGEST_OPTION)}"))
            for number, text in enumerate(options, 1)
        )
        choices.highlighted = 0
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
        points = self.query_one("#points", SelectionList)
        points.clear_options()
        points.add_options(
            Selection(Content(plain_line(point, LONGEST_OPTION)), place)
            for place, point in enumerate(note.points)
        )
        points.border_title = "Tick what you said (Space)"
        points.highlighted = 0
        points.display = True
        points.focus(scroll_visible=False)


def _revealed(question: Question) -> str:
    pitfall = question.card.note.pitfall
    if not pitfall:
        return back(question.card)
    quoted = "\n".join(f"> {line}" for line in f"**Pitfall.** {pitfall}".splitlines())
    return f"{back(question.card)}\n\n{quoted}"
