from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzer.core.query import Field
from quizzer.core.query_completion import complete_query

KNOWN = {Field.DECK: ["attention", "inference"], Field.TAG: ["two words", "twins"]}
COMPLETED = {
    "d": "deck:",
    "PR": "PRop:",
    "a -(de": "a -(deck:",
    "deck:": "deck:attention",
    "Deck:INF": "Deck:INFerence",
    "x or -deck:inf": "x or -deck:inference",
    "is:su": "is:suspended",
    "prop:int": "prop:interval",
    "tag:tw": "tag:twins",
    "": None,
    "a ": None,
    "deck:attention": None,
    "topic:x": None,
    "nope:x": None,
    '"in a dec': None,
    "rated:": None,
}


@pytest.mark.parametrize("text", COMPLETED)
def test_the_last_word_is_completed(text: str) -> None:
    """Fields, states, properties and known values are completed, with what was typed kept as it is."""
    assert complete_query(text, KNOWN) == COMPLETED[text]


@given(st.one_of(st.text(), st.text('deckis:-() "')))
def test_a_completion_goes_on_from_what_was_typed(text: str) -> None:
    """Whatever was typed, a completion begins with it and is longer."""
    completed = complete_query(text, KNOWN)
    assert completed is None or (completed.startswith(text) and len(completed) > len(text))
