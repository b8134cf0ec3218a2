"""The grades a learner can give, each with its key, its word and the interval it brings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from quizzer.core.note import Note
from quizzer.services.question import Grade

MOST_GRADES = 6
STAYS = "stays"  # the schedule does, in a drill or a cram


class GradeBar(Horizontal):
    """One cell a grade; before the reveal, one cell that says how to reveal."""

    @dataclass
    class Chosen(Message):
        """A cell was clicked; `key` is the key it stands for ("" reveals)."""

        key: str

    def compose(self) -> ComposeResult:
        """Make the cells once: mounting new ones for every card would cost more than the card."""
        for _ in range(MOST_GRADES):
            yield _Cell()

    def show_hint(self, text: str) -> None:
        """Show how to go on instead of grades."""
        self._show([("", Content(text))])

    def show_grades(self, grades: Sequence[Grade], suggested: Grade | None) -> None:
        """Show the grades; the suggested one is marked."""
        self._show([(grade.key, _label(grade, grade == suggested)) for grade in grades])

    def _show(self, labels: Sequence[tuple[str, Content]]) -> None:
        for cell, (key, label) in zip_longest(self.query(_Cell), labels, fillvalue=("", Content())):
            assert isinstance(cell, _Cell)
            cell.key = key
            cell.update(label)
            cell.display = bool(label)


def hint_of(note: Note) -> str:
    """Return how the answer of the note is shown."""
    if note.choices is not None:
        return f"1-{1 + len(note.choices.wrong)} chooses"
    if note.accept is not None:
        return "Enter checks your answer; Esc leaves the field, Ctrl+Z undoes"
    return "Space shows the answer"


class _Cell(Static):
    key = ""

    def on_click(self) -> None:
        """Tell the bar's screen which key this cell stands for."""
        self.post_message(GradeBar.Chosen(self.key))


def _label(grade: Grade, is_suggested: bool) -> Content:
    mark = "▸ " if is_suggested else ""
    return Content.assemble((f"{mark}{grade.key} {grade.label}", "bold"), f"\n{grade.when or STAYS}")
