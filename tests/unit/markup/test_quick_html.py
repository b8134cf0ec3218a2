from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from quizzer.markup.clean import clean
from quizzer.markup.html import (
    _parser,
    _render,
    escape_code,
    label_image,
    render_tex,
)
from quizzer.markup.quick_html import BLOCK_MATH_LINES, render_quickly, render_quickly_inline

PIECES = [
    *(
        "a",
        "Word",
        " ",
        "  ",
        "\n",
        "\n\n",
        "\t",
        ".",
        ",",
        ":",
        "!",
        "?",
        "(",
        ")",
        "-",
        "5",
        "é",
        "—",
        "\u0301",
    ),
    *("- ", "- a\n", "  ", "1. ", "2. a\n", "7) ", "> ", "# ", "---", "===", "+ ", "    "),
    *("```\n", "```python\n", "```", "$$", "$$\n", "|a|b|\n|:-:|-|\n", "|1|2|\n", "|", "\\|", "$p(x|y)$"),
    *("*", "**", "**b**", "*e*", "_", "a_b", "__", "`", "`c`", "``", "$", "$x$", "$5", "x$", "~", "~~", "^"),
    *("<", "<b>", "< ", "&", "& ", "&lt;", "[", "]", "[a]", "](", "![i](u)", "[a](http://x)", "<http://a.b>"),
    *(">", "x_y", "**a`", "\n```\nx\n```"),
    *("\\", "\\(", "\\]", "\\$", "\\\\", "{{c1::", "}}", "http://a.b", "\ufdd3", "\xa0", "\U0010ff01"),
]
MARKDOWN = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)
PLAIN = r"""Scores are divided by $\sqrt{d_k}$, *always*: the **variance grows** & `softmax(x)` saturates (see
snake_case, 5 < 6, [0, 1] and ~3 GB).

- one
- two, which
  goes on

1. first
2. second

| a | **b** |
|---|:-:|
| 1 | $x_{i}$ |

$$
\frac{a}{b}
= c
$$

$$x$$

```python
def f(x):
    return x  # why
```

The end."""


PAIRS = [f"a{before}{first}{second} b" for before in ("", " ") for first in PIECES for second in PIECES]


def by_parser(markdown: str) -> str:
    """Return what the parser makes of blocks."""
    return _render(_parser(False).parse(markdown), label_image)


@given(MARKDOWN)
@example("a\n- b\n\nc")
@example("- a\n\n- b")
@example("*a**b*")
@example("**a`**`")
def test_what_is_rendered_quickly_is_what_the_parser_renders(markdown: str) -> None:
    """Blocks and inline text come out the same, or are left to the parser."""
    text = clean(markdown).strip("\n")
    quick = render_quickly(text, escape_code, render_tex)
    assert quick is None or quick == by_parser(text)
    line = " ".join(text.split())
    quick = render_quickly_inline(line, escape_code, render_tex)
    assert quick is None or quick == _render(_parser(False).parseInline(line), label_image)


def test_any_two_marks_side_by_side_are_read_as_the_parser_reads_them() -> None:
    """What stands beside a mark decides what it is: all pairs, in a word and behind one."""
    for pair in PAIRS:
        text = clean(pair).strip("\n")
        quick = render_quickly(text, escape_code, render_tex)
        assert quick is None or quick == by_parser(text), pair


@given(st.integers(0, len(PLAIN)), st.integers(0, 3), st.sampled_from(["", *PIECES]))
def test_an_edit_of_a_plain_text_is_read_as_the_parser_reads_it(place: int, length: int, piece: str) -> None:
    """A character more or less, anywhere in a text of all plain constructs, changes both readings alike."""
    text = clean(PLAIN[:place] + piece + PLAIN[place + length :]).strip("\n")
    quick = render_quickly(text, escape_code, render_tex)
    assert quick is None or quick == by_parser(text)


def test_plain_text_needs_no_parser() -> None:
    """All constructs that are called plain are rendered quickly: else the quick way would be idle."""
    assert render_quickly(PLAIN, escape_code, render_tex) == by_parser(PLAIN)
    blocks = (*PLAIN.split("\n\n"), "a\n```\nb\n```", "a\n$$b$$", "a\n- b")
    assert all(render_quickly(block, escape_code, render_tex) for block in blocks)


@pytest.mark.parametrize(
    "markdown",
    [
        *(
            "a  \nb",
            "a\\\nb",
            "![a](b.png)",
            "[a](http://b)",
            "see [a](http://b)",
            "see ![a](b.png)",
            "a\tb",
            "a\n===",
            "a\n---",
            "> a",
            "# a",
            "    a",
            "\\(x\\)",
        ),
        *(
            "- a\n\n- b",
            "- a\n  - b",
            "1) a",
            "```\na",
            "~~~\na\n~~~",
            "| a |\n| b |",
            "&lt;",
            "$5 or $6",
            "a ~~b~~",
            "| a |\n|---|\n| 1 | 2 |",
            "| a |\n|---|\nb",
            "a\n| b |\n|---|",
            "a ** b",
        ),
        "$$\n" + "a\n" * BLOCK_MATH_LINES + "$$",
    ],
)
def test_what_could_be_read_in_two_ways_is_left_to_the_parser(markdown: str) -> None:
    """Nothing is guessed: images, links, hard breaks, nested and loose lists, raw dollars."""
    assert render_quickly(markdown, escape_code, render_tex) is None
