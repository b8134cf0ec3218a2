from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from quizzer.core.query import (
    All,
    Compared,
    Either,
    Field,
    Is,
    Named,
    Not,
    Operator,
    Property,
    Query,
    Rated,
    State,
    Text,
    format_query,
)
from quizzer.core.query_parser import DEEPEST, parse_query
from quizzer.core.rating import Rating
from quizzer.errors import QueryError, UsageError

texts = st.one_of(
    st.text(min_size=1), st.text('a"\\():- \n*', min_size=1), st.sampled_from(["or", "OR", "-", "is:due"])
)
conditions = st.one_of(
    st.builds(Text, texts),
    st.builds(Named, st.sampled_from(Field), texts),
    st.builds(Is, st.sampled_from(State)),
    st.builds(Rated, st.integers(1, 36_500), st.sampled_from([None, *Rating])),
    st.builds(
        Compared,
        st.sampled_from(Property),
        st.sampled_from(Operator),
        st.integers(-(10**15) + 1, 10**15 - 1).map(lambda number: number / 10**6),
    ),
)


def _grow(inner: st.SearchStrategy[Query]) -> st.SearchStrategy[Query]:
    several = st.lists(inner, min_size=2, max_size=4).map(tuple)
    return st.one_of(st.builds(Not, inner), st.builds(All, several), st.builds(Either, several))


queries = st.recursive(conditions, _grow, max_leaves=12)


@given(queries)
@example(All())
@example(Not(Not(All((Text("a"), Text("b"))))))
@example(All((Either((Text("a"), All((Text("b"), Text("or"))))), Text("-"))))
def test_what_is_written_is_read_again(query: Query) -> None:
    """A query that is printed and read is the same query."""
    assert parse_query(format_query(query)) == query


@given(st.one_of(st.text(), st.text('-()"\\:*. \nisdeckpropratedor<>=!0123456789')))
@example('"' + "\\" * 7)
@example("(" * 5000)
@example("-" * 5000 + "a")
@example("rated:" + "9" * 5000)
@example("prop:due=" + "9" * 5000)
def test_no_text_breaks_the_parser(text: str) -> None:
    """Whatever is typed is a query or an error that points into the text."""
    found = _read(text)
    if isinstance(found, QueryError):
        assert 1 <= found.column <= len(text) + 1
        assert text.startswith(found.word, found.column - 1)
    else:
        assert parse_query(format_query(found)) == found


def _read(text: str) -> Query | QueryError:
    try:
        return parse_query(text)
    except QueryError as error:
        return error


def test_terms_side_by_side_bind_closer_than_or() -> None:
    """`a b or c` asks for both a and b, or for c; parentheses say otherwise."""
    a, b, c = (Text(letter) for letter in "abc")
    assert parse_query("a b or c") == Either((All((a, b)), c))
    assert parse_query("a (b OR c)") == All((a, Either((b, c))))
    assert parse_query("-(a b) -c") == All((Not(All((a, b))), Not(c)))
    assert parse_query(" \t ") == All()


def test_quotes_make_text_of_everything() -> None:
    """What a word means outside of quotes it does not mean within."""
    assert parse_query('"is:due" "or" "a (b"') == All((Text("is:due"), Text("or"), Text("a (b")))
    assert parse_query(r'deck:"a \"b\" \\"') == Named(Field.DECK, 'a "b" \\')
    assert parse_query("self-attention") == Text("self-attention")


def test_names_may_be_written_in_any_case() -> None:
    """Fields, states and ratings are read whatever their case."""
    assert parse_query("Deck:x IS:Due Rated:7:again PROP:Ease<2.5") == All(
        (
            Named(Field.DECK, "x"),
            Is(State.DUE),
            Rated(7, Rating.AGAIN),
            Compared(Property.EASE, Operator.BELOW, 2.5),
        )
    )


WRONG = {
    "a dek:x": (3, "dek:x", "there is no field 'dek'; did you mean 'deck'? In quotes it is text"),
    "a std::move": (3, "std::move", "In quotes it is text"),
    "-is:supsended": (2, "is:supsended", "did you mean 'suspended'?"),
    "is:": (1, "is:", "there are due, new"),
    "deck:": (1, "deck:", "a value was expected after 'deck:'"),
    "deck:atention": (1, "deck:atention", "there is no deck 'atention'; did you mean 'attention'?"),
    "level:zzz": (1, "level:zzz", "'level:*' finds those with any"),
    "rated:x": (1, "rated:x", "a number of study days was expected"),
    "rated:0": (1, "rated:0", "a number of study days was expected"),
    "rated:7:5": (1, "rated:7:5", "'5' is no rating"),
    "prop:intervall>3": (1, "prop:intervall>3", "did you mean 'interval'?"),
    "prop:due": (1, "prop:due", "one of != <= >= = < > was expected"),
    "prop:due>": (1, "prop:due>", "'' is no number"),
    "prop:due=>3": (1, "prop:due=>3", "'>3' is no number"),
    "a (b": (3, "(", "not closed"),
    "a )": (3, ")", "closes nothing"),
    "()": (2, ")", "something to look for was expected"),
    "or a": (1, "or", "something to look for was expected"),
    "a or": (5, "", "something to look for was expected"),
    "- or": (5, "", "something to look for was expected"),
    "-or": (1, "-", "nothing to leave out"),
    'a "b': (3, '"b', "not closed"),
    '""': (1, '""', "hold nothing"),
}


@pytest.mark.parametrize("text", WRONG)
def test_an_error_points_at_the_word(text: str) -> None:
    """An error names the column, the word, what is wrong, and the nearest name where there is one."""
    known = {Field.DECK: ["attention", "inference"], Field.LEVEL: ["mid"]}
    column, word, what = WRONG[text]
    with pytest.raises(QueryError) as caught:
        parse_query(text, known)
    assert (caught.value.column, caught.value.word) == (column, word)
    assert what in str(caught.value)
    assert str(caught.value).startswith(f"query, column {column}")
    assert isinstance(caught.value, UsageError)


def test_a_known_value_is_taken_in_any_case_and_a_star_always() -> None:
    """Values are held against what there is, but a star may stand for anything."""
    known = {Field.DECK: ["Attention"], Field.TAG: []}
    for text in ("deck:attention", "deck:zzz*", "tag:*", "topic:anything", "id:anything"):
        parse_query(text, known)
    with pytest.raises(QueryError):
        parse_query("tag:a", known)


@pytest.mark.parametrize(("opening", "closing"), [("(", ")"), ("-", "")])
def test_the_depth_is_limited(opening: str, closing: str) -> None:
    """A query as deep as allowed is read, one deeper is an error and no overflow of the stack."""
    parse_query(opening * DEEPEST + "a" + closing * DEEPEST)
    with pytest.raises(QueryError, match="nested more than"):
        parse_query(opening * (DEEPEST + 1) + "a" + closing * (DEEPEST + 1))


def test_a_long_word_is_cut_in_the_message_alone() -> None:
    """A message stays a line, whatever was typed."""
    with pytest.raises(QueryError) as caught:
        parse_query("x" * 500 + ":y")
    assert len(str(caught.value)) < 300
    assert len(caught.value.word) == 502
