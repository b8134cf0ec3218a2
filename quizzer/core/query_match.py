"""Holds cards against a query: the query becomes one function, made once for many cards."""

from __future__ import annotations

import operator
from collections.abc import Callable
from operator import attrgetter

from quizzer.core.card_facts import CardFacts
from quizzer.core.kata import KATA_KEY_PREFIX
from quizzer.core.query import (
    All,
    Compared,
    Either,
    Field,
    Is,
    Named,
    Not,
    Operator,
    Query,
    Rated,
    Text,
)

Test = Callable[[CardFacts], bool]

_COMPARE: dict[Operator, Callable[[float, float], bool]] = {
    Operator.EQUAL: operator.eq,
    Operator.NOT_EQUAL: operator.ne,
    Operator.BELOW: operator.lt,
    Operator.AT_MOST: operator.le,
    Operator.ABOVE: operator.gt,
    Operator.AT_LEAST: operator.ge,
}


def make_test(query: Query) -> Test:
    """Return a function that says whether a card fits `query`.

    A card that has no such number, as a new one has no interval, fits no comparison with it.
    """
    match query:
        case Text(text):
            return _contains(" ".join(text.casefold().split()))
        case Named(field, value):
            return _is_named(field, value.casefold())
        case Is(state):
            return attrgetter(f"is_{state}")
        case Rated():
            return _was_rated(query)
        case Compared():
            return _compares(query)
        case Not(inner):
            test = make_test(inner)
            return lambda card: not test(card)
        case All(queries):
            tests = [make_test(inner) for inner in queries]
            return lambda card: all(test(card) for test in tests)
        case Either(queries):
            tests = [make_test(inner) for inner in queries]
            return lambda card: any(test(card) for test in tests)


def _contains(text: str) -> Test:
    return lambda card: text in card.note.text or text in card.key.casefold()


def _is_named(field: Field, value: str) -> Test:
    fits = make_pattern(value)
    match field:
        case Field.DECK:
            return lambda card: fits(card.note.deck.casefold())
        case Field.LEVEL:
            return lambda card: fits(card.note.level)
        case Field.TAG:
            return lambda card: any(fits(tag.casefold()) for tag in card.note.tags)
        case Field.AREA:
            return lambda card: any(fits(area.casefold()) for area in card.note.areas)
        case Field.TOPIC:
            return lambda card: any(fits(topic.casefold()) for topic in card.note.topics)
        case Field.KATA:
            return lambda card: fits(_kata(card))
        case Field.ID:
            return lambda card: fits(card.key.casefold()) or fits(card.note_id.casefold())


def _kata(card: CardFacts) -> str:
    return card.key.removeprefix(KATA_KEY_PREFIX) if card.is_kata else card.note.kata.casefold()


def make_pattern(pattern: str) -> Callable[[str], bool]:
    """Return a test of texts for a pattern in which "*" is any text; an empty text fits none.

    Pieces are looked for from the left, so that no pattern takes longer than its text is long.
    """
    first, *middle = pattern.split("*")
    if not middle:
        return lambda text: text == pattern
    last = middle.pop()

    def fits(text: str) -> bool:
        if not text or not text.startswith(first) or len(text) < len(first) + len(last):
            return False
        position = len(first)
        for piece in middle:
            found = text.find(piece, position)
            if found < 0:
                return False
            position = found + len(piece)
        return text.endswith(last) and position <= len(text) - len(last)

    return fits


def _was_rated(query: Rated) -> Test:
    days, rating = query.days, query.rating
    if rating is None:
        return lambda card: any(ago is not None and ago < days for ago in card.rated_days)
    place = int(rating) - 1

    def test(card: CardFacts) -> bool:
        ago = card.rated_days[place]
        return ago is not None and ago < days

    return test


def _compares(query: Compared) -> Test:
    compare, prop, wanted = _COMPARE[query.operator], query.prop, query.number

    def test(card: CardFacts) -> bool:
        number = card.number(prop)
        return number is not None and compare(number, wanted)

    return test
