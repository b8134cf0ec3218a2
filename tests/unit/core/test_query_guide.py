"""The page on the query language, held against the language."""

from __future__ import annotations

import pytest

from quizzer.core.query import Field, Operator, Property, State
from quizzer.core.query_guide import EXAMPLES, SECTIONS, guide_columns, guide_text
from quizzer.core.query_parser import KEYWORDS, parse_query

NAMES = [f"{field}:" for field in Field] + [f"is:{state}" for state in State]
NAMES += [f"prop:{prop}" for prop in Property] + [f"{keyword}:" for keyword in KEYWORDS]
HALF = 38  # cells of a column at 80


@pytest.mark.parametrize("name", [*NAMES, *Operator])
def test_nothing_of_the_language_is_missing(name: str) -> None:
    """Every field, state, property and comparison stands on the page, in one column and in two."""
    left, right = guide_columns()
    assert name in guide_text()
    assert any(name in line for line in (*left, *right))


def test_everything_has_a_meaning() -> None:
    """No name is declared without saying what it means."""
    assert all(entry.meaning for section in SECTIONS for entry in section.entries)


def test_what_is_written_there_is_a_query() -> None:
    """Each line and each example can be typed as it stands, a property with a comparison behind it."""
    for entry in (entry for section in SECTIONS for entry in section.entries):
        is_property = entry.name in [f"prop:{prop}" for prop in Property]
        parse_query(f"{entry.written}>1" if is_property else entry.written)
    for example in EXAMPLES:
        parse_query(example)


def test_two_columns_fit_eighty_cells() -> None:
    """No line is wider than half of a small terminal, nor are the columns higher than it."""
    left, right = guide_columns()
    assert max(map(len, (*left, *right, *EXAMPLES))) <= HALF
    assert max(len(left), len(right)) <= 19
