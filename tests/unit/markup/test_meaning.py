r"""A line must mean what the TeX means: random formulas are computed from both.

The line is read twice, with products without a sign as strong as a division and stronger than it,
since people read `1/2x` both ways: a line that depends on it would be wrong for half of them.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzer.markup.tex import inline_math

VALUES = {"a": 1.7, "b": 0.6, "c": 2.3, "q": 1.1, "λ": 0.9, "W": 1.3}
ABOVE = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ᵃᵇᶜᵂ", "0123456789+−()abcW", strict=True))
TOKEN = re.compile(r"\d+|[a-zA-Zλ]|.")


@dataclass(frozen=True)
class Term:
    """TeX and its value; `loose` is a sum, which needs braces or parentheses in a product."""

    tex: str
    value: complex
    loose: bool = False


def _fraction(above: Term, below: Term) -> Term:
    return Term(rf"\frac{{{above.tex}}}{{{below.tex}}}", above.value / (below.value or 1e-300))


def _joined(left: Term, right: Term, sign: str) -> Term:
    tex = " ".join((_closed(left), sign, _closed(right)))
    return Term(tex, left.value * right.value)


def _closed(term: Term) -> str:
    return rf"\left({term.tex}\right)" if term.loose else term.tex


def _power(base: Term, exponent: Term) -> Term:
    # A factor with an exponent of its own needs braces, which is what the groups are for.
    return Term(rf"{{{base.tex}}}^{{{exponent.tex}}}", _raised(base.value, exponent.value))


def _raised(base: complex, exponent: complex) -> complex:
    try:
        return complex(base) ** complex(exponent)
    except (OverflowError, ZeroDivisionError):
        return complex("nan")


def _difference(left: Term, right: Term) -> Term:
    tail = rf"\left({right.tex}\right)" if right.loose else right.tex
    return Term(f"{left.tex} - {tail}", left.value - right.value, loose=True)


LEAVES = st.sampled_from(
    [Term({"λ": r"\lambda "}.get(name, name), value) for name, value in VALUES.items()]
) | st.integers(1, 12).map(lambda number: Term(str(number), float(number)))


def _grown(terms: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
    pairs = st.tuples(terms, terms)
    return st.one_of(
        pairs.map(lambda pair: _fraction(*pair)),
        pairs.map(lambda pair: _joined(*pair, r"\cdot")),
        # Two numbers side by side are one number to the eye, in TeX and in the line alike.
        st.tuples(terms, terms.filter(lambda term: not re.match(r"[{]*\d", term.tex))).map(
            lambda pair: _joined(*pair, "")
        ),
        pairs.map(lambda pair: _difference(*pair)),
        st.tuples(LEAVES, terms).map(lambda pair: _power(*pair)),
        st.tuples(terms, LEAVES).map(lambda pair: _power(*pair)),
        terms.map(lambda term: Term(rf"\sqrt{{{term.tex}}}", complex(term.value) ** 0.5)),
    )


class Line:
    """Computes a line of our own notation."""

    def __init__(self, line: str, *, products_first: bool) -> None:
        line = re.sub(f"[{''.join(ABOVE)}]+", lambda m: "^(" + "".join(ABOVE[x] for x in m[0]) + ")", line)
        self.tokens = [token for token in TOKEN.findall(line) if token != " "]
        self.products_first = products_first

    def value(self) -> complex:
        """Return what the line comes to."""
        return self._sum()

    def _peek(self) -> str:
        return self.tokens[0] if self.tokens else ""

    def _sum(self) -> complex:
        negative = self._peek() == "−" and self.tokens.pop(0) == "−"
        value = -self._product() if negative else self._product()
        while self._peek() in ("+", "−"):
            sign = self.tokens.pop(0)
            value = value + self._product() if sign == "+" else value - self._product()
        return value

    def _product(self) -> complex:
        value = self._adjacent()
        while self._peek() and self._peek() not in "+−)":
            sign = self.tokens.pop(0) if self._peek() in "·/" else ""
            factor = self._adjacent()
            value = value / (factor or 1e-300) if sign == "/" else value * factor
        return value

    def _adjacent(self) -> complex:
        value = self._power()
        while self.products_first and self._peek() and self._peek() not in "+−)·/":
            value *= self._power()
        return value

    def _power(self) -> complex:
        base = self._atom()
        if self._peek() == "^":
            self.tokens.pop(0)
            return _raised(base, self._atom())
        return base

    def _atom(self) -> complex:
        token = self.tokens.pop(0)
        if token == "(":
            value = self._sum()
            assert self.tokens.pop(0) == ")"
            return value
        if token == "√":
            value = _raised(self._atom(), 0.5)
            assert self._peek() != "^", "an exponent that may belong to the root or to what is under it"
            return value
        return VALUES[token] if token in VALUES else float(token)


@settings(max_examples=600)
@given(st.recursive(LEAVES, _grown, max_leaves=5))
def test_a_line_has_the_value_of_its_tex(term: Term) -> None:
    """However products without a sign are read, the line and the TeX have one value."""
    line = inline_math(term.tex)
    assert line is not None
    if not 1e-6 < abs(term.value) < 1e6:
        return
    for products_first in (True, False):
        value = complex(Line(line, products_first=products_first).value())
        assert math.isclose(abs(value - term.value), 0, abs_tol=1e-6 * abs(term.value)), line


@pytest.mark.parametrize("line", ["1/2a", "1/(2a)"])
def test_the_reader_of_lines_tells_the_readings_apart(line: str) -> None:
    """The check sees a line that depends on how a product without a sign is read."""
    strong, weak = (Line(line, products_first=first).value() for first in (True, False))
    assert (strong == weak) is (line == "1/(2a)")
