from __future__ import annotations

from dataclasses import replace
from io import StringIO

import pytest

from quizzer.cli.console import Console, print_sentences
from quizzer.cli.verdict_text import show_verdict
from quizzer.core.verdict import GateResult, GateStatus, Status
from tests.support import make_verdict


def test_long_lines_are_wrapped_between_words_and_short_ones_left_as_they_are() -> None:
    """A message of many words goes on below itself; columns of a short line keep their blanks."""
    sink = StringIO()
    console = Console(sink, None, width=40)
    console.explain(
        "B=2 H=3 Sq=6: 12 of 36 values wrong, the worst at (1, 0, 3):\n  expected  -1.5\n  found     2.0"
    )
    assert sink.getvalue().splitlines() == [
        "    B=2 H=3 Sq=6: 12 of 36 values wrong,",
        "    the worst at (1, 0, 3):",
        "      expected  -1.5",
        "      found     2.0",
    ]


def test_a_paragraph_goes_on_below_its_beginning_not_below_its_label() -> None:
    """What stands before a title stays alone in its column."""
    sink = StringIO()
    Console(sink, None, width=32).tell("Blocks may be cut: the last is smaller.", "  ", label="✗ failed  ")
    assert sink.getvalue().splitlines() == [
        "  ✗ failed  Blocks may be cut:",
        "            the last is smaller.",
    ]


def test_what_a_file_printed_is_shown_in_brief() -> None:
    """A line that is printed in a loop stands there once with its count, and twenty lines are enough."""
    sink = StringIO()
    printed = "hello\n" * 87 + "".join(f"block {number}\n" for number in range(30))
    show_verdict(Console(sink, None), replace(make_verdict(Status.FAILED), output=printed))
    lines = sink.getvalue().splitlines()
    assert lines[1:5] == ["Your file printed:", "    hello  (87 times)", "    block 0", "    block 1"]
    assert "    ... and 11 more lines" in lines
    assert "    block 18" in lines
    assert "    block 19" not in lines


def test_what_a_gate_says_stands_there_once() -> None:
    """A gate without figures has its name for a heading, and its message below."""
    sink = StringIO()
    gate = GateResult("cpu_time", GateStatus.FAILED, message="the result is wrong")
    verdict = replace(make_verdict(Status.PASSED), status=Status.FAILED, gates=(gate,))
    show_verdict(Console(sink, None), verdict)
    assert sink.getvalue().count("the result is wrong") == 1
    assert "failed  cpu time\n" in sink.getvalue()


def test_sentences_are_wrapped_at_the_width_of_the_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A terminal would break a word in two."""
    monkeypatch.setenv("COLUMNS", "30")
    print_sentences(["1 card left of this selection; 19 cards left for today.", "Tomorrow 5."])
    assert capsys.readouterr().out.splitlines() == [
        "1 card left of this selection;",
        "19 cards left for today.",
        "Tomorrow 5.",
    ]
