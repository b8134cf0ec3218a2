from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzer.markup.html import render_html
from quizzer.markup.prices import PRICE, escape_prices, find_prices


@pytest.mark.parametrize(
    ("text", "prices"),
    [
        ("price: $3, or $4.50 ($x$)", (7, 14)),
        ("$2x$ and $5", (9,)),
        ("    costs $5", ()),
        ("`$1` $2 [$3](u) ![$4](u)", (5, 9, 18)),
        ("|a|\n|-|\n|$5|", (9,)),
        ("- $5 - $6\n> $7", (2, 7, 12)),
        ("# $5 #", (2,)),
        ("$$5x$$ $5", (7,)),
        (r"\$5", ()),
        ("\ufde0$5 \ufde1", (1,)),
    ],
)
def test_prices_are_the_dollars_that_are_shown(text: str, prices: tuple[int, ...]) -> None:
    """A dollar before a digit is a price where the parser leaves it in the text."""
    assert find_prices(text) == prices


def test_inline_text_has_no_blocks() -> None:
    """What would be code as a block is text within a line."""
    assert find_prices("    $5", inline=True) == (4,)


@given(st.text("$5 x`\n-|(", max_size=40))
def test_prices_are_candidates(text: str) -> None:
    """Only dollars before digits are found, in their order."""
    places = [match.start() for match in PRICE.finditer(text)]
    found = list(find_prices(text))
    assert found == [place for place in places if place in found]


@given(st.text("$5 x`\n-|(\\", max_size=40))
def test_escaped_prices_are_shown_as_before(text: str) -> None:
    """With a backslash before each none is left, and the reader sees the same."""
    escaped = escape_prices(text)
    assert find_prices(escaped) == ()
    assert render_html(escaped) == render_html(text)
