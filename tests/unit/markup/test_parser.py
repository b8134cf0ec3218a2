from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it.token import Token

from quizzer.markup.clean import clean, prepare
from quizzer.markup.parser import make_parser

PIECES = st.lists(
    st.sampled_from(
        [
            "$", "$$", "\\(", "\\)", "\\[", "\\]", "`", "```\n", "\n", "\n\n", "- ", "> ", "| ", "|-|\n",
            "x^2", "5", " ", "*", "[", "](u)", "\\$", "\\", "&#x202e;", "<b>", "# ", "    ", "1. ",
            "\\frac{a}{b}", "\\|",
        ]
    ),
    max_size=30,
).map("".join)  # fmt: skip


def blocks(markdown: str) -> list[tuple[str, str]]:
    """Return the fences of a text: info and content."""
    return [(t.info, t.content) for t in make_parser().parse(markdown) if t.type == "fence"]


def inlines(markdown: str) -> list[tuple[str, str]]:
    """Return the text and code of a text's paragraphs, cells and headings."""
    return [
        (child.type, child.content)
        for token in make_parser().parse(markdown)
        for child in token.children or ()
        if child.content
    ]


def text(markdown: str) -> str:
    """Return what a reader sees of the inline parts."""
    return "".join(content for _, content in inlines(markdown))


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("$x^2$ is 4", "x² is 4"),
        (r"\(x^2\) too", "x² too"),
        ("text $$x^2$$ text", "text x² text"),
        ("the $n$th of 5", "the nth of 5"),
        ("costs $5 and $6", "costs $5 and $6"),
        ("costs $5 and $6. `$x$`", "costs $5 and $6. $x$"),
        (r"costs \$5 and $x_i$", "costs $5 and xᵢ"),
        ("from $5 per hour to US$6", "from $5 per hour to US$6"),
        ("($5) or ($6)", "($5) or ($6)"),
        ("$5 per month/$x a year", "$5 per month/$x a year"),
        ("$ x $", "$ x $"),
        ("$x$2", "$x$2"),
        ("2$x$", "2$x$"),
        ("$$", "$$"),
        (r"$2 \cdot 3$ bytes", "2 · 3 bytes"),
        (r"$12 d_{model}$, $7 \text{ GiB}$", "12 d_model, 7 GiB"),
        (r"$a \$ b$", "a $ b"),
        (r"a \\(x) b", r"a \(x) b"),
        ("**$a * b$**", "a ∗ b"),
        ("a `$x^2$` b", "a $x^2$ b"),
        ("price: $3, or $4.50 ($x^2$)", "price: $3, or $4.50 (x²)"),
        ("$5-$x^2$", "$5-x²"),
        ("US$x ($x^2$)", "US$x (x²)"),
        ("$[0, 1)$ and $($", "[0, 1) and ("),
        ("$3.8+$", "3.8 +"),
    ],
)
def test_dollars_are_math_or_money(markdown: str, shown: str) -> None:
    """Dollars around a formula are math; prices, code and escaped dollars are not."""
    assert text(markdown) == shown


def test_math_that_no_line_can_show_is_code() -> None:
    """A formula that is refused becomes inline code of its TeX, without dollars."""
    assert inlines(r"see $\foo{x}$") == [("text", "see "), ("code_inline", r"\foo{x}")]


@pytest.mark.parametrize(
    "markdown", ["$$\nx^2\n$$", "$$ x^2 $$", "\\[\nx^2\n\\]", "\\[ x^2 \\]", "$$x^2\n$$", "$$\nx\n^2\n$$"]
)
def test_block_math_is_a_fence_of_its_rows(markdown: str) -> None:
    """Math on its own lines becomes a fence "math"."""
    assert blocks(markdown) == [("math", "x²\n")]


def test_block_math_that_cannot_be_drawn_is_a_fence_of_its_source() -> None:
    """Refused block math becomes a fence "latex" with the TeX."""
    assert blocks("$$\n\\foo\n$$") == [("latex", "\\foo\n")]


@pytest.mark.parametrize(
    ("markdown", "opens"),
    [
        ("- a\n  $$\n  x^2\n  $$\n- b", ["bullet_list_open", "list_item_open", "paragraph_open"]),
        ("> $$\n> x^2\n> $$", ["blockquote_open"]),
        ("text\n$$\nx^2\n$$\nmore", ["paragraph_open"]),
    ],
)
def test_block_math_stays_in_its_container(markdown: str, opens: list[str]) -> None:
    """Math within a list, a quote or after a line of text is a block there, and the rest goes on."""
    types = [token.type for token in make_parser().parse(markdown)]
    before = types[: types.index("fence")]
    assert [kind for kind in before if kind.endswith("_open")] == opens
    assert blocks(markdown) == [("math", "x²\n")]


@pytest.mark.parametrize("markdown", ["- $$\n  x\n\ny\n$$", "$$\nx", "$$\nx\n\ny\n$$", "- $$\n  x\n$$"])
def test_unclosed_block_math_swallows_nothing(markdown: str) -> None:
    """Without an end before an empty line or the end of its list item, the dollars are text."""
    assert blocks(markdown) == []


def test_a_code_fence_is_left_alone() -> None:
    """Dollars within a code fence are code."""
    assert blocks("```sh\n$$\necho $x$ \\| $y$\n$$\n```") == [("sh", "$$\necho $x$ \\| $y$\n$$\n")]


def test_the_bars_of_math_part_no_cells() -> None:
    """A table's cell may hold a formula with bars, plain and escaped ones, also within a quote."""
    table = "|a|b|\n|-|-|\n|$p(x|y)$|$\\|x\\|$|\n"
    assert [content for _, content in inlines(table)] == ["a", "b", "p(x|y)", "‖x‖"]
    quoted = "".join(f"> {line}\n" for line in table.splitlines())
    assert inlines(quoted) == inlines(table)


def test_the_bars_of_prices_part_cells() -> None:
    """Dollars of two cells are no formula."""
    assert [content for _, content in inlines("|a|b|\n|-|-|\n|$5 |$6|\n")] == ["a", "b", "$5", "$6"]


@pytest.mark.parametrize("markdown", ["List<int>", "<script>x</script>", "[/foo] [bold]x[/bold]", "<b>x</b>"])
def test_markup_of_others_is_text(markdown: str) -> None:
    """HTML and the markup of Textual come through as they were written."""
    assert text(markdown) == markdown


def test_entities_bring_nothing_hostile() -> None:
    """A character that an entity stands for is cleaned as if it had been written."""
    shown = text("a&#x202e;b&#27;[31mc&#xFEFF;d `&#x202e;` [x&#x202e;](http://y)")
    assert clean(shown) == shown
    tokens = make_parser().parse("![a](b 't&#x202e;t')\n\n```py&#x202e;\n```")
    assert "\u202e" not in str([(t.info, t.attrs, [c.attrs for c in t.children or ()]) for t in tokens])


def test_math_is_kept_for_exports() -> None:
    """With `keep_math` the tokens hold the TeX, and say how it was marked."""
    tokens = make_parser(keep_math=True).parse("a $x_i$ b \\(y\\)\n\n$$\nz\n$$")
    found = [
        (token.type, token.content, token.markup)
        for block in tokens
        for token in (block, *(block.children or ()))
        if token.type.startswith("math")
    ]
    assert found == [("math_inline", "x_i", "$"), ("math_inline", "y", "\\("), ("math_block", "z", "$$")]


@given(PIECES)
def test_consumers_meet_only_tokens_they_know(markdown: str) -> None:
    """No text raises, no math token is left, and every opening token is closed."""
    tokens = make_parser().parse(markdown)
    flat: list[Token] = [t for token in tokens for t in (token, *(token.children or ()))]
    assert not any(token.type.startswith("math") for token in flat)
    assert sum(token.nesting for token in flat) == 0
    assert all(clean(token.content) == token.content for token in flat)


@pytest.mark.parametrize(
    "unit",
    [
        "$",
        "$$\n",
        "*",
        "**a*",
        "[",
        "![",
        "[[]",
        "(",
        "`",
        "` ",
        ">",
        "> - ",
        "\\(",
        "\\[\n",
        "a|b\n-|-\n",
        "|",
        "<",
    ],
)
def test_much_of_one_mark_is_parsed(unit: str) -> None:
    """A card of a hundred thousand marks is cut to its limit and parsed."""
    tokens = make_parser().parse(prepare(unit * (100_000 // len(unit))))
    assert sum(token.nesting for token in tokens) == 0


def test_links_are_found_among_few_brackets() -> None:
    """A link is a link, until a paragraph has so many brackets that looking for links would take long."""
    few, many = "[a](http://b) " + "[ " * 100, "[a](http://b) " + "[ " * 1_000
    assert "link_open" in str(make_parser().parse(few))
    assert "link_open" not in str(make_parser().parse(many))
