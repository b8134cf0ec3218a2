"""A card on the screen: its question, the place for an answer, and all that the reveal shows."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Markdown, OptionList, Static
from textual.widgets.markdown import MarkdownFence
from textual.widgets.option_list import Option

from quizzer.core.card import Card, back, front
from quizzer.core.note import Note, Source
from quizzer.markup.clean import clean_line, prepare
from quizzer.markup.parser import make_parser
from quizzer.markup.plain import plain_line
from quizzer.services.answer_check import LONGEST_OPTION, Check, check_choice, check_typed
from quizzer.services.question import Question
from quizzer.tui.widgets.hanging import Hanging
from quizzer.tui.widgets.points_list import PointsList

WIDE_STEP = 8  # cells that a wide block moves a key press
NOT_CHOSEN = "Nothing is chosen yet: press its number, or go there with ↓ and press Enter."
NOT_TYPED = "Nothing is typed yet. Enter once more shows the answer."


class ChoiceList(OptionList):
    """The choices of a card; none is highlighted until the learner moves there."""

    class NothingChosen(Message):
        """Enter was pressed where nothing is highlighted."""

    def action_select(self) -> None:
        """Choose what is highlighted."""
        if self.highlighted is None:
            self.post_message(self.NothingChosen())
        else:
            super().action_select()


class CardView(VerticalScroll):
    """Shows one question at a time; long texts scroll."""

    _is_warned = False
    _options: Sequence[str] = ()

    def compose(self) -> ComposeResult:
        """Lay out all parts; those without content are hidden."""
        yield Markdown(id="front", parser_factory=make_parser, open_links=False)
        yield ChoiceList(id="choices")
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
        self._is_warned = False
        self._options = options
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
        await self.query_one("#back", Markdown).update(prepare(_revealed(question.card)))
        self.query_one("#back").display = True
        if check is not None:
            self._show_check(check)
        if note.source is not None:
            self._show_source(note.source)
        if note.points and check is None:
            self._show_points(note)
        self.focus(scroll_visible=False)
        self.call_after_refresh(self._scroll_to_answer)

    async def show_card(self, card: Card, options: Sequence[str]) -> None:
        """Show question and answer at once, as a preview does; the focus stays where it is."""
        note = card.note
        for name in ("#choices", "#typed", "#check", "#points", "#source"):
            self.query_one(name).display = False
        await self.query_one("#front", Markdown).update(prepare(front(card)))
        await self.query_one("#back", Markdown).update(prepare(_revealed(card)))
        self.query_one("#back").display = True
        if options:
            self._list_options(options)
            self.query_one("#choices").disabled = True
        if note.source is not None:
            self._show_source(note.source)
        self.scroll_home(animate=False)

    async def show_text(self, text: str) -> None:
        """Show a text in the place of a card."""
        for name in ("#choices", "#typed", "#check", "#points", "#source", "#back"):
            self.query_one(name).display = False
        await self.query_one("#front", Markdown).update(prepare(text))

    def check(self, note: Note) -> Check | None:
        """Check what the learner chose or typed; None where there is nothing to check."""
        if self._options:
            return check_choice(note, self._options[self.chosen or 0])
        return check_typed(note, self.typed) if note.accept is not None else None

    @property
    def chosen(self) -> int | None:
        """The place of the highlighted choice."""
        return self.query_one("#choices", OptionList).highlighted

    @property
    def typed(self) -> str:
        """What the learner typed."""
        return self.query_one("#typed", Input).value

    def say_what_is_missing(self) -> str:
        """Return what to tell who presses Enter without an answer; "" where it may be shown.

        Enter is soon pressed once too often, and would take an answer that nobody gave.
        """
        if self.query_one("#choices").display and self.chosen is None:
            return NOT_CHOSEN
        is_typing = self.query_one("#typed").has_focus
        if not is_typing or self.typed.strip() or self._is_warned:
            return ""
        self._is_warned = True
        return NOT_TYPED

    def _scroll_blocks(self, cells: int) -> None:
        for block in self.query(MarkdownFence):
            block.scroll_relative(x=cells, animate=False)

    def _scroll_to_answer(self) -> None:
        answer_y = self.query_one("#back").virtual_region.y
        if answer_y > self.size.height // 2:
            self.scroll_to(y=answer_y, animate=False)

    def _show_options(self, options: Sequence[str]) -> None:
        self._list_options(options)
        self.query_one("#choices").disabled = False
        self.query_one("#choices").focus()

    def _list_options(self, options: Sequence[str]) -> None:
        choices = self.query_one("#choices", OptionList)
        choices.clear_options()
        choices.add_options(
            Option(Hanging(f"{number}  ", plain_line(text, LONGEST_OPTION)))
            for number, text in enumerate(options, 1)
        )
        choices.highlighted = None  # a choice that nobody made must not look like one
        choices.display = True

    def _show_source(self, source: Source) -> None:
        checked = f" ({source.checked})" if source.checked else ""
        widget = self.query_one("#source", Static)
        widget.update(Content(clean_line(f"Source: {source.cite}{checked}")))
        widget.display = True

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


def _revealed(card: Card) -> str:
    pitfall = card.note.pitfall
    if not pitfall:
        return back(card)
    quoted = "\n".join(f"> {line}" for line in f"**Pitfall.** {pitfall}".splitlines())
    return f"{back(card)}\n\n{quoted}"
