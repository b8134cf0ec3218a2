from __future__ import annotations

from io import StringIO

from quizzer.cli.console import Console


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
