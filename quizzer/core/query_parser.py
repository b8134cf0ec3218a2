"""Reads a query from text; what is wrong is told with its column, the word and the nearest known name."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from quizzer.core.query import (
    OR,
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
)
from quizzer.core.rating import Rating
from quizzer.errors import QueryError

DEEPEST = 50  # of parentheses and minuses: no query of a person's, and no stack, is deeper
MOST_DAYS = 36_500
IS, RATED, PROP = "is", "rated", "prop"
KEYWORDS = (*(field.value for field in Field), IS, RATED, PROP)

_WORD = re.compile(
    r"""(?P<prefix>[^\s()":]*:)?"(?P<quoted>(?:[^"\\]|\\.)*)(?P<end>")? | (?P<bare>[^\s()]+)""",
    re.DOTALL | re.VERBOSE,
)
_COMPARED = re.compile(r"([^=!<>]*)(!=|<=|>=|=|<|>)?(.*)", re.DOTALL)
_NUMBER = re.compile(r"-?[0-9]{1,9}(?:\.[0-9]{1,6})?")
_LONGEST_WORD = 40

Known = Mapping[Field, Collection[str]]
"""The values that a field can have, where they are known."""


def parse_query(text: str, known: Known | None = None) -> Query:
    """Return the query that `text` asks.

    Raises:
        QueryError: If it is none, or a value is not among those that are `known`.
    """
    return _Parser(text, known or {}).parse()


@dataclass(frozen=True, slots=True)
class _Token:
    """A piece of a query: `(`, `)`, `-`, or a word; `value` of a quoted one is without the quotes."""

    source: str
    column: int
    value: str = ""
    keyword: str | None = None
    is_quoted: bool = False

    @property
    def is_or(self) -> bool:
        return not self.is_quoted and self.source.lower() == OR


def _fail(token: _Token, what: str) -> QueryError:
    return QueryError(what, token.column, token.source)


def _scan(text: str) -> Iterator[_Token]:
    position = 0
    while position < len(text):
        character, after = text[position], text[position + 1 : position + 2]
        is_minus = character == "-" and after.strip() not in ("", ")")
        if character.isspace():
            position += 1
        elif character in "()" or is_minus:
            yield _Token(character, position + 1)
            position += 1
        else:
            found = _WORD.match(text, position)
            assert found is not None  # whatever is neither blank nor a parenthesis
            yield _word(found, position + 1)
            position = found.end()


def _word(found: re.Match[str], column: int) -> _Token:
    bare, source = found["bare"], found[0]
    if bare is None:
        if found["end"] is None:
            raise QueryError("the quotes are not closed; add a '\"' where the text ends", column, source)
        value = re.sub(r"\\(.)", r"\1", found["quoted"], flags=re.DOTALL)
        keyword = found["prefix"][:-1] if found["prefix"] else None
        return _Token(source, column, value, keyword, is_quoted=True)
    keyword, colon, value = bare.partition(":")
    return _Token(source, column, value, keyword) if colon and keyword else _Token(source, column, bare)


class _Parser:
    def __init__(self, text: str, known: Known) -> None:
        self._tokens = list(_scan(text))
        self._end = _Token("", len(text) + 1)
        self._position = 0
        self._known = known

    def parse(self) -> Query:
        if not self._tokens:
            return All()
        query = self._either(0)
        if self._position < len(self._tokens):
            raise _fail(self._next, "this parenthesis closes nothing; take it away or open one before")
        return query

    @property
    def _next(self) -> _Token:
        return self._tokens[self._position] if self._position < len(self._tokens) else self._end

    def _either(self, depth: int) -> Query:
        sides = [self._all(depth)]
        while self._next.is_or:
            self._position += 1
            sides.append(self._all(depth))
        return sides[0] if len(sides) == 1 else Either(tuple(sides))

    def _all(self, depth: int) -> Query:
        terms: list[Query] = []
        while self._next is not self._end and self._next.source != ")" and not self._next.is_or:
            terms.append(self._term(depth))
        if not terms:
            raise _fail(self._next, "something to look for was expected here; write it or take this away")
        return terms[0] if len(terms) == 1 else All(tuple(terms))

    def _term(self, depth: int) -> Query:
        token = self._next
        self._position += 1
        if token.is_quoted or token.source not in ("-", "(") or token.value:
            return _condition(token, self._known)
        if depth == DEEPEST:
            raise _fail(token, f"the query is nested more than {DEEPEST} deep; take parentheses away")
        if token.source == "-":
            return Not(self._opposite(token, depth + 1))
        query = self._either(depth + 1)
        if self._next.source != ")":
            raise _fail(token, "this parenthesis is not closed; add a ')' where the group ends")
        self._position += 1
        return query

    def _opposite(self, minus: _Token, depth: int) -> Query:
        if self._next.is_or:
            raise _fail(minus, "nothing to leave out follows the '-'; write it behind it")
        return self._term(depth)


def _condition(token: _Token, known: Known) -> Query:
    if token.keyword is None:
        if not token.value:
            raise _fail(token, "the quotes hold nothing; write what to look for")
        return Text(token.value)
    keyword = token.keyword.lower()
    match keyword:
        case "is":
            return Is(State(_choose(token, token.value.lower(), "state", [state.value for state in State])))
        case "rated":
            return _rated(token)
        case "prop":
            return _compared(token)
        case _ if keyword in KEYWORDS:
            return _named(token, Field(keyword), known)
    nearest = _nearest(keyword, KEYWORDS) or f"there are {', '.join(KEYWORDS)}."
    raise _fail(token, f"there is no field '{_cut(token.keyword)}'; {nearest} In quotes it is text")


def _named(token: _Token, field: Field, known: Known) -> Named:
    if not token.value:
        raise _fail(token, f"a value was expected after '{field}:', as in {field}:NAME")
    values = known.get(field)
    if values is not None and "*" not in token.value and not _is_among(token.value, values):
        nearest = _nearest(token.value, values) or f"'{field}:*' finds those with any"
        raise _fail(token, f"there is no {field} '{_cut(token.value)}'; {nearest}")
    return Named(field, token.value)


def _rated(token: _Token) -> Rated:
    days, colon, rating = token.value.partition(":")
    if not (days.isascii() and days.isdecimal() and len(days) < 6 and 1 <= int(days) <= MOST_DAYS):
        raise _fail(token, "a number of study days was expected, as in rated:7, or rated:7:1 for Again")
    if not colon:
        return Rated(int(days))
    names = {name: r for r in Rating for name in (str(int(r)), r.name.lower())}
    if rating.lower() not in names:
        raise _fail(token, f"'{_cut(rating)}' is no rating; 1 Again, 2 Hard, 3 Good or 4 Easy was expected")
    return Rated(int(days), names[rating.lower()])


def _compared(token: _Token) -> Compared:
    found = _COMPARED.fullmatch(token.value)
    name, operator, number = found.groups() if found else (token.value, None, "")
    prop = _choose(token, name.lower(), "property", [prop.value for prop in Property])
    if operator is None:
        raise _fail(token, f"one of {' '.join(Operator)} was expected after '{prop}', as in prop:{prop}>3")
    if not _NUMBER.fullmatch(number):
        raise _fail(token, f"'{_cut(number)}' is no number such as 30 or 2.5, which was expected")
    return Compared(Property(prop), Operator(operator), float(number) + 0.0)


def _choose(token: _Token, name: str, noun: str, names: list[str]) -> str:
    if name in names:
        return name
    nearest = _nearest(name, names)
    hint = nearest or f"there are {', '.join(names)}"
    raise _fail(token, f"there is no {noun} '{_cut(name)}'; {hint}")


def _is_among(value: str, values: Iterable[str]) -> bool:
    folded = value.casefold()
    return any(folded == other.casefold() for other in values)


def _nearest(name: str, names: Collection[str]) -> str:
    found = difflib.get_close_matches(_cut(name).casefold(), list(names), n=1)
    return f"did you mean '{found[0]}'?" if found else ""


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_WORD else f"{text[: _LONGEST_WORD - 1]}…"
