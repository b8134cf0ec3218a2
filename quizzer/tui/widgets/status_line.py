"""The line above a card: what is asked, and how far the session is."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from quizzer.markup.clean import clean_line
from quizzer.markup.width import cell_width
from quizzer.services.question import Question
from quizzer.services.review import Progress

BAR_WIDTH = 10
FLAG = "⚑ flagged"
MARGINS = 4  # blanks around and between the two parts


class StatusLine(Horizontal):
    """Two parts on one line."""

    _shown: tuple[Question, Progress] | None = None

    def compose(self) -> ComposeResult:
        """Make both parts."""
        yield Static(id="turn")
        yield Static(id="progress")

    def show(self, question: Question, progress: Progress) -> None:
        """Say what is asked and what is left; where that is too much for a line, the bar goes first."""
        self._shown = question, progress
        total = progress.answered + progress.left
        done = round(BAR_WIDTH * progress.answered / total) if total else 0
        counts = " · ".join((f"{progress.answered} done", *progress.parts))
        bar = f"{'━' * done}{'─' * (BAR_WIDTH - done)}  "
        few = f"{progress.answered} done · {progress.left} left"
        for flag, right in ((FLAG, bar + counts), (FLAG, counts), (FLAG[0], counts), (FLAG[0], few)):
            left = _turn(question, flag)
            if cell_width(left.plain + right) + MARGINS <= self.app.size.width:
                break
        self.query_one("#turn", Static).update(left)
        self.query_one("#progress", Static).update(Content(right))

    def on_resize(self) -> None:
        """Say as much as there is room for now."""
        if self._shown is not None:
            self.show(*self._shown)


def _turn(question: Question, flag: str) -> Content:
    words = (question.card.note.level, question.queued.turn, flag if question.is_flagged else None)
    return Content.assemble((clean_line(question.queued.deck), "bold"), f"  {'  '.join(filter(None, words))}")
