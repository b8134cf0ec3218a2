"""TeX math as a tree, read strictly: what is not understood for certain is refused.

Only the reader knows TeX; `linear` and `drawing` show the tree. A refused formula is shown as its source.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from quizzer.markup.glyphs import Kind


class UnreadableError(ValueError):
    """The formula has something that we cannot show faithfully."""


@dataclass(frozen=True, slots=True)
class Atom:
    """One symbol, number or word."""

    text: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Group:
    """Braces around more than a single atom."""

    body: Formula


@dataclass(frozen=True, slots=True)
class Fraction:
    """A numerator over a denominator; `bar` is false for a binomial coefficient."""

    above: Formula
    below: Formula
    bar: bool = True


@dataclass(frozen=True, slots=True)
class Root:
    """A root; an empty degree is the square root's."""

    body: Formula
    degree: Formula = ()


@dataclass(frozen=True, slots=True)
class Scripted:
    """A base with primes, an index and an exponent; what is absent is empty."""

    base: Node
    below: Formula = ()
    above: Formula = ()
    primes: str = ""


@dataclass(frozen=True, slots=True)
class Fenced:
    r"""What stands between `\left` and `\right`; "." is no delimiter."""

    left: str
    body: Formula
    right: str


@dataclass(frozen=True, slots=True)
class Grid:
    """An environment's cells; `columns` is the alignment of an array's."""

    name: str
    rows: tuple[tuple[Formula, ...], ...]
    columns: str = ""


Node: TypeAlias = Atom | Group | Fraction | Root | Scripted | Fenced | Grid
Formula: TypeAlias = tuple[Node, ...]

BLANK = (Kind.SPACE, Kind.GAP)


def is_blank(node: Node) -> bool:
    """Say whether the node is but a space."""
    return isinstance(node, Atom) and node.kind in BLANK


def strip_blanks(formula: Formula) -> Formula:
    """Return the formula without spaces at its ends."""
    start, end = 0, len(formula)
    while start < end and is_blank(formula[start]):
        start += 1
    while end > start and is_blank(formula[end - 1]):
        end -= 1
    return formula[start:end]


def core_of(node: Node) -> Node:
    """Return what a node's scripts stand on."""
    return node.base if isinstance(node, Scripted) else node


def kind_of(node: Node) -> Kind:
    """Return how the node behaves towards its neighbours; a built-up one is like a letter."""
    core = core_of(node)
    return core.kind if isinstance(core, Atom) else Kind.LETTER


def grouped(body: Formula) -> tuple[Node, ...]:
    """Return braces around `body`; a single atom needs none, but loses its kind: `{,}` is no punctuation."""
    if len(body) != 1:
        return (Group(body),) if body else ()
    only = body[0]
    if isinstance(only, Scripted):
        return (Group(body),)
    loose = (Kind.BINARY, Kind.RELATION, Kind.PUNCTUATION)
    if isinstance(only, Atom) and only.kind in loose:
        return (Atom(only.text, Kind.MARK),)
    return body
