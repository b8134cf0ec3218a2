"""A verdict as a learner reads it: the first failing case, its misconception, the gates, what is next."""

from __future__ import annotations

from quizzer.cli.console import Console
from quizzer.core.counted import counted
from quizzer.core.verdict import CaseResult, GateResult, Progress, SuiteStarted, Verdict
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


def show_progress(console: Console, item: Progress) -> None:
    """Print a line for what grading reports."""
    match item:
        case SuiteStarted():
            console.say(f"{counted(len(item.cases), 'case')}:")
        case CaseResult():
            word, colour = case_word(item)
            console.tell(item.title, "  ", label=f"{word:{WORD_WIDTH}}  ", colour=colour)
        case GateResult():
            word, colour = GATE_WORDS[item.status]
            console.tell(gate_line(item), "  ", label=f"{word:{WORD_WIDTH}}  ", colour=colour)


def show_verdict(console: Console, verdict: Verdict) -> None:
    """Print what a learner needs of a verdict whose progress was shown."""
    if lines := output_lines(verdict):
        console.say("\nYour file printed:")
        console.quote("\n".join(lines))
    console.say()
    console.say(headline(verdict), VERDICT_COLOURS[verdict.status])
    if verdict.problem:
        console.explain(verdict.problem, "  ")
    elif case := verdict.first_failing:
        _show_case(console, case)
        _show_other(console, verdict)
    for gate in gates_to_explain(verdict):
        _show_gate(console, gate)
    if is_practice(verdict):
        console.tell(PRACTICE)


def _show_case(console: Console, case: CaseResult) -> None:
    console.say()
    console.tell(case.title, label=f"{CASE_WORDS[case.status][0]}  ", colour="red")
    console.explain(case.message)
    _show_misconception(console, case)


def _show_other(console: Console, verdict: Verdict) -> None:
    """Print what another failing case shows where the first one is not recognised."""
    other = other_recognised(verdict)
    if other is not None:
        console.say()
        console.tell(f"Another case is recognised: {other.title}")
        _show_misconception(console, other)


def _show_gate(console: Console, gate: GateResult) -> None:
    word, colour = GATE_WORDS[gate.status]
    console.say()
    console.tell(gate_heading(gate), label=f"{word}  ", colour=colour)
    if gate.message:
        console.explain(gate.message)
    _show_misconception(console, gate)


def _show_misconception(console: Console, result: CaseResult | GateResult) -> None:
    if line := misconception_line(result):
        console.say(f"  {line}")
        for paragraph in result.explanation.split("\n\n"):
            console.tell(paragraph, "    ")
