from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzer.core.cloze import BOLD_END, BOLD_START, GUARD, embolden, hide_deletions, show_deletions
from quizzer.markup.clean import clean_line, prepare
from quizzer.markup.marks import without_marks
from quizzer.markup.parser import make_parser
from quizzer.markup.plain import render_plain

PIECES = st.lists(
    st.sampled_from(
        [
            BOLD_START, BOLD_END, GUARD, "$", "`", "```\n", "\n", "\n\n", "- ", "> ", "|", "|-|\n", "x", " ",
            "*", "**", "_", "~~", "[", "](u)", "![", "# ", "    ", "1. ", "\t", "<http://a>",
        ]
    ),
    max_size=30,
).map("".join)  # fmt: skip


def inline(markdown: str) -> str:
    """Return the inline parts as a reader sees them: strong in angles, code in backticks, links in braces."""
    signs = {"strong_open": "<", "strong_close": ">", "em_open": "/", "em_close": "/", "softbreak": "~"}
    signs |= {"link_open": "{", "link_close": "}"}
    return " ".join(
        "".join(
            f"`{c.content}`" if c.type == "code_inline" else signs.get(c.type, c.content)
            for c in token.children or ()
        )
        for token in make_parser().parse(prepare(markdown))
        if token.type == "inline"
    )


def code(markdown: str) -> list[str]:
    """Return the contents of the blocks of code and math."""
    tokens = make_parser().parse(prepare(markdown))
    return [token.content for token in tokens if token.type in ("fence", "code_block")]


@pytest.mark.parametrize(
    ("cloze", "shown"),
    [
        ("is {{c1::x}}", "is <x>"),
        ("{{c1::(x)}}y", "<(x)>y"),
        ("a{{c1::*x*}}b", "a</x/>b"),
        ("{{c1::**(x)**}}y", "<<(x)>>y"),
        ("{{c1::_x_}}", "</x/>"),
        ("a{{c1::_x_}}b", "a</x/>b"),
        ("**{{c1::x}}**y", "<<x>>y"),
        ("{{c1::$x^2$}} {{c1::`c`}}", "<x²> <`c`>"),
        ("$O({{c1::n}})$ {{c1::n}}", "O(n) <n>"),
        (r"\({{c1::n}}\)", "n"),
        ("`f({{c1::n}})`", "`f(n)`"),
        ("- {{c1::a}}\n- b", "<a> b"),
        ("{{c1::- a\n- b}}", "<a> <b>"),
        ("{{c1::one\n\ntwo}}", "<one> <two>"),
        ("{{c1::*a\nb*}}", "</a~b/>"),
        ("{{c1::$a +\nb$}}", "<a + b>"),
        ("{{c1::a *b}} c*", "a /b c/"),
        ("{{c1::a `b}} c` {{c1::d}}", "a `b c` <d>"),
        ("# {{c1::a}} #", "<a>"),
        ("1. {{c1::1}}", "<1>"),
        ("{{c1::1986.}} was", "<1986.> was"),
        ("|a|b|\n|-|-|\n|{{c1::a}}|{{c1::a}}|", "a b <a> <a>"),
        ("{{c1::| a | b |}}\n|-|-|", "a b"),
        ("[{{c1::t}}](http://u)", "{<t>}"),
        ("![{{c1::t}}](p)", "[image: t]"),
    ],
)
def test_a_shown_answer_is_strong_in_text(cloze: str, shown: str) -> None:
    """Wherever both ends stand in text of one run they are strong; elsewhere nothing is left of them."""
    assert inline(show_deletions(cloze, 1)) == shown


@pytest.mark.parametrize(
    ("cloze", "content"),
    [
        ("$$ {{c1::x}} + 1 $$", "x + 1\n"),
        ("\\[\n{{c1::x}}\n\\]", "x\n"),
        ("~~~\nf({{c1::n}})\n~~~", "f(n)\n"),
        ("    f({{c1::n}})", "f(n)"),
        ("{{c1::```py\nx\n```}}", "x\n"),
    ],
)
def test_a_shown_answer_in_code_or_block_math_is_plain(cloze: str, content: str) -> None:
    """Neither marks nor asterisks get into a formula or code."""
    assert [block.strip() for block in code(show_deletions(cloze, 1))] == [content.strip()]


@pytest.mark.parametrize(
    ("cloze", "shown"),
    [
        ("{{c1::f}}(x)", "[...](x)"),
        ("{{c1::Foo}}: bar", "[...]: bar"),
        ("$O({{c1::n}}) + {{c1::m}}$", "O([...]) + [...]"),
        (r"$\sqrt{{c1::d}}$ $x^{{c1::2}}$", "√([...]) x^([...])"),
        ("$x = {{c1::y::a hint}}$", "x = [a hint]"),
        ("`{{c1::f}}(x)`", "`[...](x)`"),
    ],
)
def test_a_hidden_answer_is_text(cloze: str, shown: str) -> None:
    """What stands beside a hidden answer makes no link of it, and in math it is one argument."""
    assert inline(hide_deletions(cloze, 1)) == shown


def test_plain_lines_have_no_marks() -> None:
    """The plain face shows the answer without any marks."""
    assert render_plain(show_deletions("{{c1::(x)}}y `{{c1::c}}` [a](http://{{c1::u}}/)", 1)) == (
        "(x)y c a (http://u/)"
    )


def test_a_line_of_text_loses_marks() -> None:
    """Marks that come with names and titles are removed."""
    assert clean_line(f"a{BOLD_START}b{BOLD_END}{GUARD}") == "ab"


@given(PIECES)
def test_no_mark_is_left_and_all_is_nested(markdown: str) -> None:
    """Whatever marks a text has, its tokens have none, and each closing token closes the last opened."""
    for token in make_parser().parse(markdown):
        parts = [token, *(token.children or ())]
        assert all(without_marks(f"{p.content}{p.attrs}") == f"{p.content}{p.attrs}" for p in parts)
        opened: list[str] = []
        for child in token.children or ():
            if child.nesting == 1:
                opened.append(child.tag)
            elif child.nesting == -1:
                assert opened.pop() == child.tag
        assert opened == []


@given(PIECES.map(without_marks))
def test_marks_change_no_block(markdown: str) -> None:
    """A text with marks has the blocks of the text without."""
    parser = make_parser()
    marked, bare = parser.parse(embolden(markdown).replace(GUARD, "")), parser.parse(markdown)
    assert [token.type for token in marked] == [token.type for token in bare]


def test_much_marked_emphasis_is_parsed() -> None:
    """A card full of delimiters beside marks is parsed."""
    tokens = make_parser().parse(prepare(f"*{BOLD_START}a{BOLD_END}" * 20_000))
    assert sum(token.nesting for token in tokens) == 0
