"""The quick way for plain HTML: the same Markdown as by way of the tree, or none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzer.markup.clean import clean
from quizzer.markup.from_html import from_html, from_marked_html
from quizzer.markup.quick_markdown import quick_markdown

PIECES = st.sampled_from(
    (
        *("<b>", "</b>", "<i>", "</i>", "<strong>", "</strong>", "<em>", "</em>", "<u>", "<br>", "<B>"),
        *("<b>bold</b>", " <i>two words</i> ", "<b>(x)</b>", "<em>x </em>", "<i>1.</i>", "<b></b>"),
        *(" ", " ", "\n", "\u00a0", "word", "x_1", "é", "漢字", "e\u0301", "٣", "①", "\ufdd6", "\ufdd0"),
        *(
            "1. ",
            "- ",
            "+ ",
            "# ",
            "> ",
            "=",
            "---",
            "|",
            "~",
            "~~",
            "*",
            "`",
            "$",
            "5$",
            "[x](y)",
            "\\",
            "\\(",
        ),
        *(
            "&amp;",
            "&lt;",
            "&",
            "<",
            "< 3",
            "{{c1::x}}",
            "::",
            "!",
            "?",
            "(a)",
            '"a"',
            "a's",
            "50%",
            "@",
            "^",
        ),
    )
)


WORDS = st.lists(st.sampled_from(("a", "Word", " ", "é", "1", "(", ")", ".", "!", "-", "#")), max_size=4)
PLAIN = WORDS.map("".join)
STYLED = st.builds("<{0}>{1}</{0}>".format, st.sampled_from(("b", "i", "em", "strong")), PLAIN)


@given(st.lists(PIECES | st.text(max_size=3), max_size=8).map("".join))
def test_the_quick_way_gives_what_the_tree_gives(html: str) -> None:
    """Whatever is read without a tree is read as with it."""
    html = clean(html)
    assert quick_markdown(html) in ("", from_marked_html(html))


@given(st.lists(PLAIN | STYLED, max_size=5).map("".join))
def test_sentences_read_the_quick_way_are_those_of_the_tree(html: str) -> None:
    """Wherever the styles of a sentence start and end."""
    assert quick_markdown(html) in ("", from_marked_html(html))


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("Why is it divided by the root of d?", "Why is it divided by the root of d?"),
        ("What does <b>softmax</b> do (in <i>two words</i>)?", "What does **softmax** do (in *two words*)?"),
        ("<strong>Überanpassung</strong>: 5 % > 3 %", "**Überanpassung**: 5 % > 3 %"),
        ("un<em>believ</em>able", "un*believ*able"),
    ],
)
def test_sentences_are_read_the_quick_way(html: str, markdown: str) -> None:
    """A sentence, and words in it that are bold or italic, need no tree."""
    assert quick_markdown(html) == from_html(html) == markdown


@pytest.mark.parametrize(
    "html",
    [
        *(
            "1. one",
            "- one",
            "a_b_c",
            "a*b",
            "costs 5$",
            "a &amp; b",
            "a < b",
            "two  spaces",
            "end ",
            " start",
        ),
        *(
            "<b>a</b><i>b</i>",
            "<b>(a)</b>b",
            "<b> a</b>",
            "<b>a",
            "<u>a</u>",
            "a<br>b",
            r"\(x\)",
            "[x](y)",
            "",
        ),
    ],
)
def test_what_could_be_a_mark_is_left_to_the_tree(html: str) -> None:
    """What Markdown could read in another way is not read the quick way."""
    assert quick_markdown(html) == ""
