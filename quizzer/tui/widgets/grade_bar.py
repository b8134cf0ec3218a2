"""The grades a learner can give, each with its key, its word and the interval it brings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from quizzer.core.interval import format_interval
from quizzer.services.question import Grade


class GradeBar(Horizontal):
    """One cell a grade; before the reveal, one cell that says how to reveal."""

    @dataclass
    class Chosen(Message):
        """A cell was clicked; `key` is the key it stands for ("" reveals)."""

        key: str

    async def show_hint(self, text: str) -> None:
        """Show how to go on instead of grades."""
        await self._replace([_Cell("", Content(text), "hint")])

    async def show_grades(self, grades: Sequence[Grade], suggested: Grade | None) -> None:
        """Show the grades; the suggested one is marked."""
        await self._replace(
            [
                _Cell(grade.key, _label(grade, grade == suggested), f"grade-{int(grade.rating)}")
                for grade in grades
            ]
        )

    async def _replace(self, cells: list[_Cell]) -> None:
        async with self.batch():
            await self.remove_children()
            await self.mount_all(cells)


class _Cell(Static):
    def __init__(self, key: str, label: Content, css_class: str) -> None:
        super().__init__(label, classes=css_class)
        self._key = key

    def on_click(self) -> None:
        """Tell the bar's screen which key this cell stands for."""
        self.post_message(GradeBar.Chosen(self._key))


def _label(grade: Grade, is_suggested: bool) -> Content:
    interval = "drill" if grade.interval_days is None else format_interval(grade.interval_days)
    mark = "▸ " if is_suggested else ""
    return Content.assemble((f"{mark}{grade.key} {grade.label}", "bold"), f"\n{interval}")
