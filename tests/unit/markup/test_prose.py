from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzer.markup.prose import (
    broken_links,
    count_questions,
    count_words,
    has_loose_dollar,
    links,
    undrawn_math,
    wide_lines,
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Three short words.", 3),
        ("- one\n- two `x.y()`\n\nthree", 4),
        ("before\n\n| a | b |\n|---|---|\n| c | d |\n\nafter", 2),
        ("$$x + y = z$$\n\nthe sum $a + b$ of both", 4),
        ("```python\nx = 1\n```\nrun it", 2),
        ("", 0),
    ],
)
def test_words_are_those_of_prose(text: str, words: int) -> None:
    """Tables, math and blocks of code count nothing; lists and names in code do."""
    assert count_words(text) == words


@pytest.mark.parametrize(
    ("text", "questions"),
    [("What is it?", 1), ("What? And why?", 2), ("What is `a?b` in $x?$ or\n```\n?\n```", 0), ("Say it.", 0)],
)
def test_questions_are_those_of_prose(text: str, questions: int) -> None:
    """A question mark in code or math asks nothing."""
    assert count_questions(text) == questions


def test_math_that_is_shown_as_tex_is_found() -> None:
    """Inline and block formulas with a macro that nobody draws are named; others are not."""
    text = "Of $x^2$ and $\\xymatrix{a}$:\n\n$$\\frac{a}{b}$$\n\n$$\\begin{CD} A \\end{CD}$$"
    assert undrawn_math(text) == ("\\begin{CD} A \\end{CD}", "\\xymatrix{a}")


def test_lines_wider_than_the_terminal_are_found() -> None:
    """Code may have 70 columns, a drawn formula 74; prose is wrapped and may be as long as it likes."""
    code, formula = "x" * 71, " + ".join(["a"] * 30)
    assert wide_lines(f"```\n{'y' * 70}\n{code}\n```\n\n{'word ' * 40}") == (code,)
    assert len(wide_lines(f"$${formula}$$")) == 1
    assert wide_lines(f"$${' + '.join(['a'] * 18)}$$") == ()


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("[a](https://example.org/x?y=1#z) and <https://example.org>", ()),
        ("[a](page.html)", ("page.html",)),
        ("[a](https://)", ("https://",)),
        ("[a] (https://example.org)", ("[a] (https:",)),
        ("[a]()", ("",)),
        ("`x[i](j)` and $a[b](c)$", ()),
        ("x[0] (see y)", ()),
    ],
)
def test_links_that_lead_nowhere_are_found(text: str, broken: tuple[str, ...]) -> None:
    """A link has an address of the web; brackets apart from it were meant to be one."""
    assert broken_links(text) == broken


def test_addresses_are_found() -> None:
    """Links of both forms are read, code is not."""
    assert links("[a](https://a.org) <https://b.org> `[c](https://c.org)`") == (
        "https://a.org",
        "https://b.org",
    )


@pytest.mark.parametrize(
    ("text", "is_loose"),
    [
        ("$x$", False),
        (r"\$5 and $x$", False),
        ("`$HOME`", False),
        ("$x and", True),
        ("$ x $", True),
        ("$x$5", True),
    ],
)
def test_a_dollar_that_is_no_math_is_found(text: str, is_loose: bool) -> None:
    """What is shown as a dollar is written with a backslash."""
    assert has_loose_dollar(text) is is_loose


@given(st.text("$\\ x[](<>`?|-\n:/h", max_size=60))
def test_any_text_is_read(text: str) -> None:
    """No text makes the counting fail."""
    assert count_words(text) >= 0
    assert count_questions(text) >= 0
    for found in (undrawn_math, wide_lines, broken_links, links):
        assert isinstance(found(text), tuple)
    has_loose_dollar(text)
