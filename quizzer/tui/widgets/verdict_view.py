"""A verdict on the screen: case by case while it is found, then what the learner needs of it on top."""

from __future__ import annotations

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from quizzer.core.verdict import CaseResult, GateResult, Progress, SuiteStarted, Verdict
from quizzer.markup.clean import clean, clean_line, shorten
from quizzer.markup.width import wrap_cells
from quizzer.services.verdict_words import (
    CASE_WORDS,
    GATE_WORDS,
    PRACTICE,
    VERDICT_COLOURS,
    WORD_WIDTH,
    case_word,
    gate_heading,
    gate_line,
    gates_to_explain,
    headline,
    is_practice,
    misconception_line,
    other_recognised,
    output_lines,
)

BAR_CELLS = 20  # with word and share the line fits half of 120 columns
NARROWEST = 36
"""Cells that a result's line is wrapped for where there are fewer."""

MESSAGE_LIMIT = 4_000
HUES = {"green": "$text-success", "red": "$text-error", "yellow": "$text-warning"}


class VerdictView(VerticalScroll):
    """Shows one grading; `begin`, `add` what it reports, then `show_verdict`."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 (Textual's own name for it)
        super().__init__(id=id)
        self._cases: list[CaseResult] = []
        self._gates: list[GateResult] = []
        self._expected = 0
        self._verdict: Verdict | None = None

    def on_resize(self) -> None:
        """Wrap anew."""
        self._show_results()

    def compose(self) -> ComposeResult:
        """Lay out all parts; those without content are hidden."""
        yield Static(id="verdict")
        yield Static(id="failure")
        yield Static(id="gates")
        yield Static(id="cases")
        yield Static(id="output")

    def begin(self, text: str) -> None:
        """Clear what was shown, for a grading that begins."""
        self._cases, self._gates, self._expected, self._verdict = [], [], 0, None
        self._put("#verdict", [Content(text)])
        for part in ("#failure", "#cases", "#gates", "#output"):
            self._put(part, [])
        self.scroll_home(animate=False)

    def add(self, item: Progress) -> None:
        """Show what grading reports."""
        match item:
            case SuiteStarted():
                self._expected = len(item.cases)
            case CaseResult():
                self._cases.append(item)
            case GateResult():
                self._gates.append(item)
        self._show_results()

    def show_verdict(self, verdict: Verdict, remark: str = "") -> None:
        """Show the verdict with its first failure on top; `remark` is what came of it."""
        self._cases, self._gates = list(verdict.cases), list(verdict.gates)
        self._expected, self._verdict = len(verdict.cases), verdict
        hue = HUES[VERDICT_COLOURS[verdict.status]]
        remarks = [remark] if remark else []
        remarks += [PRACTICE] if is_practice(verdict) else []
        self._put("#verdict", [Content.styled(headline(verdict), f"bold {hue}"), *map(Content, remarks)])
        self._show_results()
        lines = output_lines(verdict)
        quoted = [Content(f"  {line}") for line in _foreign("\n".join(lines))]
        self._put("#output", [Content.styled("Your file printed:", "bold"), *quoted] if lines else [])
        self.scroll_home(animate=False)

    def _show_results(self) -> None:
        width = self.scrollable_content_region.width or NARROWEST
        title = Content.styled(f"Cases: {len(self._cases)} of {self._expected}", "bold")
        cases = [_case_line(case, width) for case in self._cases]
        gates = [line for gate in self._gates for line in _gate_lines(gate, width)]
        self._put("#cases", [title, *cases] if self._expected else [])
        self._put("#gates", [Content.styled("Gates", "bold"), *gates] if gates else [])
        self._put("#failure", list(_failures(self._verdict, width)) if self._verdict else [])

    def _put(self, part: str, lines: list[Content]) -> None:
        widget = self.query_one(part, Static)
        widget.update(Content("\n").join(lines))
        widget.display = bool(lines)


def gate_bar(measured: float, limit: float) -> str:
    """Return what was measured as a bar that is full at the limit, with the share in digits."""
    share = measured / limit
    done = min(BAR_CELLS, round(BAR_CELLS * share))
    over = "▶" if share > 1 else "│"
    return f"{'█' * done}{'░' * (BAR_CELLS - done)}{over} {100 * share:.0f} % of the limit"


def _case_line(case: CaseResult, width: int) -> Content:
    return _line(*case_word(case), clean_line(case.title), width)


def _gate_lines(gate: GateResult, width: int) -> list[Content]:
    word, colour = GATE_WORDS[gate.status]
    lines = [_line(word, colour, gate_line(gate), width)]
    if gate.measured is not None and gate.limit:
        bar = gate_bar(gate.measured, gate.limit)
        lines.append(Content.assemble(" " * (WORD_WIDTH + 2), (bar, HUES.get(colour or "", ""))))
    return lines


def _line(word: str, colour: str | None, text: str, width: int) -> Content:
    """Return a result's line, wrapped so that what follows stands below its text."""
    margin = WORD_WIDTH + 2
    lines = wrap_cells(text, max(NARROWEST - margin, width - margin))
    wrapped = f"\n{' ' * margin}".join(lines)
    return Content.assemble((f"{word:{WORD_WIDTH}}", HUES.get(colour or "", "")), f"  {wrapped}")


def _failures(verdict: Verdict, width: int) -> Iterable[Content]:
    """Yield the lines on the problem, or on the first failing case, and on the gates that did not pass."""
    if verdict.problem:
        yield from map(Content, _foreign(verdict.problem))
    elif case := verdict.first_failing:
        yield _line(CASE_WORDS[case.status][0], "red", clean_line(case.title), width)
        yield from _explained(case)
        if other := other_recognised(verdict):
            yield Content()
            yield Content(f"Another case is recognised: {clean_line(other.title)}")
            yield from _explained(other, with_message=False)
    for gate in gates_to_explain(verdict):
        yield Content()
        yield _line(*GATE_WORDS[gate.status], gate_heading(gate), width)
        yield from _explained(gate)


def _explained(result: CaseResult | GateResult, *, with_message: bool = True) -> Iterable[Content]:
    if result.message and with_message:
        yield from (Content(f"  {line}") for line in _foreign(result.message))
    if line := misconception_line(result):
        yield Content.styled(line, "bold")
        for paragraph in result.explanation.split("\n\n"):
            yield Content(clean_line(paragraph))


def _foreign(text: str) -> list[str]:
    return shorten(clean(text).strip("\n"), MESSAGE_LIMIT).expandtabs(4).split("\n")
