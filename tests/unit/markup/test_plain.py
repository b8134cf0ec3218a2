from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzer.markup.clean import clean
from quizzer.markup.plain import plain_line, render_inline, render_plain
from quizzer.markup.width import cell_width, cut_cells, wrap_cells

MARKDOWN = st.lists(
    st.sampled_from(
        ["a", " ", "\n", "\n\n", "- ", "1. ", "> ", "# ", "```\n", "|a|\n|-|\n", "**b**", "`c`", "$x$", "你"]
    ),
    max_size=40,
).map("".join)  # fmt: skip


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("# Title\ntext", "Title\n\ntext"),
        ("**bold** *it* ~~gone~~ `code`", "bold it gone code"),
        ("- a\n- b\n  - c", "- a\n- b\n  - c"),
        ("3. a\n4. b", "3. a\n4. b"),
        ("- a\n\n- b\n\n  more", "- a\n\n- b\n\n  more"),
        ("```python\nx = 1\n\n  y\n```", "    x = 1\n\n      y"),
        ("> quoted\n> text", "> quoted text"),
        ("[here](http://x.org) <http://y.org>", "here (http://x.org) http://y.org"),
        ("![a plot](p.png)", "[image: a plot]"),
        ("![](<media/ü b.mp3>) ![](media/x%1b[31m.png)", "[sound: media/ü b.mp3] [image: media/x.png]"),
        ("![](media/a.mp3) ![of $x^2$](p.png)", "[sound: media/a.mp3] [image: of x²]"),
        ("one  \ntwo\nthree", "one\ntwo three"),
        ("a\n\n---\n\nb", "a\n\n---\n\nb"),
        ("$$\n\\frac{a}{b}\n$$", "     a\n    ╶─╴\n     b"),
        (r"is $\frac{a}{b}$ or $\foo$", r"is a/b or \foo"),
        ("|name|v|\n|-|-|\n|a|$x_i$|\n|你好|2|", "name  v\na     xᵢ\n你好  2"),
        ("<b>List<int></b> [bold]x[/bold]", "<b>List<int></b> [bold]x[/bold]"),
        ("\x1b[31mred\x07", "red"),
        ("", ""),
        ("-", "-"),
    ],
)
def test_markdown_is_plain_lines(markdown: str, expected: str) -> None:
    """Marks are dropped and structure is kept in lines, blanks and dashes."""
    assert render_plain(markdown) == expected


def test_paragraphs_are_wrapped_and_code_is_not() -> None:
    """Text keeps to the width, within lists too; code, math and addresses keep their lines."""
    address = "http://example.org/" + "x" * 60
    shown = render_plain(f"- {'word ' * 20}\n\n{address}\n\n```\n{'y' * 60}\n```", 40).split("\n")
    assert all(len(line) <= 40 for line in shown if "word" in line)
    assert all(line.startswith(("- word", "  word")) for line in shown if "word" in line)
    assert address in shown
    assert "    " + "y" * 60 in shown


def test_a_wide_table_is_read_cell_by_cell() -> None:
    """A table that does not fit is told as `column: cell`, a blank line between its rows."""
    table = f"|name|meaning|\n|-|-|\n|a|{'long ' * 6}|\n|b|short|"
    assert render_plain(table, 30) == (
        "name: a\nmeaning: long long long long\n  long long\n\nname: b\nmeaning: short"
    )


def test_nesting_is_bounded() -> None:
    """Ten quotes within each other are read; a thousand neither raise nor hide what follows."""
    assert render_plain("> " * 10 + "deep").endswith("deep")
    assert render_plain("> " * 1_000 + "deep\n\nafter").endswith("after")


@given(MARKDOWN, st.integers(1, 100))
def test_no_text_raises_or_leaves_blanks(markdown: str, width: int) -> None:
    """Any text gives clean lines without blanks at their ends."""
    shown = render_plain(markdown, width)
    assert clean(shown) == shown
    assert all(line == line.rstrip() for line in shown.split("\n"))


@given(st.text(max_size=200), st.integers(1, 60))
def test_an_excerpt_is_one_short_line(text: str, limit: int) -> None:
    """An excerpt has no newline and at most as many cells as asked for."""
    line = plain_line(text, limit)
    assert "\n" not in line
    assert cell_width(line) <= limit


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("# Why **is** $\\frac{a}{b}$?\n\n- so\n- `x`", "# Why is a/b? - so - x"),
        ("text\n\n```\ncode\n```\n\nmore", "text code more"),
        ("- 1", "- 1"),
        ("+ 0.5", "+ 0.5"),
        ("1986.", "1986."),
        ("    `- x`", "- x"),
        ("```\nonly code\n```", "only code"),
        ("word " * 50, "word word word word word word word word word word word word word word word word…"),
        ("\x1b]0;t\x07[bold]x[/bold]", "[bold]x[/bold]"),
    ],
)
def test_an_excerpt_is_the_text_without_marks(markdown: str, expected: str) -> None:
    """Math and code are on the line, a dash or a number at its start is no list, the end is cut."""
    assert plain_line(markdown) == expected


def test_a_prefix_stands_before_inline_text() -> None:
    """The text after a number is no list, and its further lines are indented as far."""
    assert render_inline("+ **1**", 80, "1) ") == "1) + 1"
    assert render_inline("word " * 8, 28, "10) ") == "10) word word word word word\n    word word word"
    assert render_inline("", 80, "1) ") == "1)"


@given(st.text(max_size=100), st.integers(2, 40))
def test_wrapping_keeps_every_word(text: str, width: int) -> None:
    """The lines hold the letters of the text in their order."""
    assert "".join("".join(wrap_cells(text, width)).split()) == "".join(text.split())


def test_wide_letters_take_two_cells() -> None:
    """Chinese letters and emoji take two cells, marks and joiners none."""
    assert [cell_width(text) for text in ("abc", "你好", "e\u0301", "👩", "a\u200db")] == [3, 4, 1, 2, 2]
    assert wrap_cells("你好你好", 4) == ["你好", "你好"]
    assert cut_cells("你好你好", 5) == "你好…"
