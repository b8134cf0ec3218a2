from __future__ import annotations

import fnmatch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzer.core.card_facts import CardFacts, NoteFacts
from quizzer.core.query_match import make_pattern, make_test
from quizzer.core.query_parser import parse_query

NOTE = NoteFacts(
    deck="attention",
    level="mid",
    tags=("Transformers",),
    topics=("scaled-dot-product",),
    areas=("architectures",),
    kata="flash-attention",
    text="why are scores divided by the root of strasse? variance grows.",
)
CARDS = (
    CardFacts(1, "a1", "a1", NOTE),
    CardFacts(2, "a2/c1", "a2", NOTE, due_days=0, interval_days=30, ease=2.5, reviews=4, is_new=False),
    CardFacts(3, "a3", "a3", NOTE, -3, 6, 1.3, reviews=9, lapses=8, is_new=False, is_suspended=True),
    CardFacts(4, "gone", "gone", due_days=2, interval_days=10**400, ease=2.6, is_new=False, is_flagged=True),
    CardFacts(
        5,
        "kata/flash-attention",
        "kata/flash-attention",
        due_days=-1,
        stability=3.5,
        difficulty=5.0,
        retrievability=0.85,
        rated_days=(9, None, 6, None),
        is_new=False,
    ),
    CardFacts(6, "a6", "a6", NOTE, 0, 0, is_new=False, is_learning=True, is_buried=True, is_weak=True),
)
FOUND = {
    "": [1, 2, 3, 4, 5, 6],
    "STRASSE": [1, 2, 3, 6],
    '"root of  straße"': [1, 2, 3, 6],
    "flash": [5],
    "A2": [2],
    "id:a2": [2],
    "id:a*": [1, 2, 3, 6],
    "id:a2/c1 or id:gone": [2, 4],
    "deck:Attention -is:new": [2, 3, 6],
    "deck:*": [1, 2, 3, 6],
    "tag:transformers": [1, 2, 3, 6],
    "tag:trans*s level:mid topic:scaled* area:architectures": [1, 2, 3, 6],
    "kata:flash-attention": [1, 2, 3, 5, 6],
    "is:due": [2, 5],
    "is:new": [1],
    "is:learning": [6],
    "is:suspended is:leech": [3],
    "is:buried is:weak": [6],
    "is:flagged is:orphan": [4],
    "is:orphan": [4],
    "rated:6": [],
    "rated:7": [5],
    "rated:9:1": [],
    "rated:10:1": [5],
    "prop:interval>30": [4],
    "prop:interval>=30": [2, 4],
    "prop:interval!=30": [3, 4, 6],
    "prop:due<0": [3, 5],
    "prop:due=0": [2, 6],
    "prop:lapses>=8": [3],
    "prop:reviews=4": [2],
    "prop:ease<=1.3": [3],
    "prop:ease!=2.5": [3, 4],
    "prop:stability<4 prop:difficulty=5 prop:retrievability<0.9": [5],
    "-(is:new or is:due)": [3, 4, 6],
}


@pytest.mark.parametrize("text", FOUND)
def test_each_condition_finds_its_cards(text: str) -> None:
    """A query finds the cards it is about and no other."""
    test = make_test(parse_query(text))
    assert [card.card_id for card in CARDS if test(card)] == FOUND[text]


@given(st.text("ab*", max_size=8), st.text("ab", min_size=1, max_size=8))
def test_a_star_is_any_text(pattern: str, text: str) -> None:
    """A pattern fits what the standard library's would fit."""
    assert make_pattern(pattern)(text) == fnmatch.fnmatchcase(text, pattern)


def test_many_stars_cost_nothing() -> None:
    """A pattern that a backtracking search would need ages for is decided at once."""
    assert not make_pattern("a*" * 40 + "b")("a" * 2000)


def test_words_say_what_sets_a_card_apart() -> None:
    """The words of a card are its states, the gravest first; due is said by its day."""
    assert CARDS[2].words == ("suspended", "leech (8 lapses)")
    assert [card.place for card in CARDS[2:5]] == ["attention", "no deck", "kata"]
    assert CARDS[0].words == ("new",)
