"""A formula on one line, with the parentheses that keep its meaning.

`(a+b)/c` for a fraction, `x_(<t)` for an index that has no Unicode letters. What one line cannot say
for certain (matrices, cases) is refused.
"""

from __future__ import annotations

from quizzer.markup.formula import (
    Atom,
    Fenced,
    Formula,
    Fraction,
    Group,
    Node,
    Root,
    Scripted,
    UnreadableError,
    kind_of,
    strip_blanks,
)
from quizzer.markup.glyphs import ABOVE, BELOW, Kind
from quizzer.markup.spacing import script_glyphs, single, spaced, visible

_ROOTS = {"": "√", "3": "∛", "4": "∜"}
_OPERANDS = (Kind.LETTER, Kind.NUMBER, Kind.WORD)
_UNSCRIPTED = (Kind.BINARY, Kind.RELATION, Kind.OPEN, Kind.PUNCTUATION, Kind.SPACE)


def line_of(formula: Formula, *, tight: bool = False) -> str:
    """Return the formula on a line.

    Raises:
        UnreadableError: If a line cannot say it.
    """
    nodes = spaced(formula, tight=tight)
    pieces = []
    for i, (space, node) in enumerate(nodes):
        left = nodes[i - 1][1] if i else None
        right = nodes[i + 1][1] if i + 1 < len(nodes) else None
        pieces.append(space[:1] + _line(node, left, right, tight))
    return "".join(pieces)


def _line(node: Node, left: Node | None, right: Node | None, tight: bool) -> str:
    match node:
        case Atom():
            return node.text
        case Group():
            return _group(node, left, right, tight)
        case Fraction():
            alone = _ends_left(left) and _ends_right(right)
            return _fraction(node) if alone or not node.bar else f"({_fraction(node)})"
        case Root():
            return _root(node, _ends_right(right))
        case Scripted():
            return _scripted(node)
        case Fenced():
            if "." in (node.left, node.right):
                raise UnreadableError("a delimiter on one side")
            return f"{node.left}{line_of(node.body, tight=tight)}{node.right}"
        case _:
            raise UnreadableError("a grid on a line")


def _group(node: Group, left: Node | None, right: Node | None, tight: bool) -> str:
    """Return a group without braces; they mean nothing but where scripts stand on them."""
    nodes = visible(node.body)
    if any(isinstance(inner, (Fraction, Root)) for inner in nodes) and (left or right):
        raise UnreadableError("a built-up group within a line")
    return line_of(node.body, tight=tight)


def _fraction(node: Fraction) -> str:
    above, below = strip_blanks(node.above), strip_blanks(node.below)
    if not node.bar:
        return f"({line_of(above)} choose {line_of(below)})"
    return f"{_operand(above, numerator=True)}/{_operand(below, numerator=False)}"


def _operand(nodes: Formula, *, numerator: bool) -> str:
    """Return a numerator or denominator, in parentheses unless it is one thing."""
    text = line_of(nodes)
    whole = _is_wrapped(nodes) or _is_one(nodes, numerator)
    if numerator:
        whole = whole or _is_call(nodes) or _is_product(nodes)
    return text if whole else f"({text})"


def _is_one(nodes: Formula, numerator: bool) -> bool:
    if len(nodes) == 2 and nodes[0] == Atom("∂", Kind.LETTER):
        return _is_one(nodes[1:], numerator=True)
    if len(nodes) != 1:
        return False
    node = nodes[0]
    match node:
        case Atom():
            return node.kind in _OPERANDS and " " not in node.text
        case Root():
            return not numerator
        case Scripted(base=Atom() as base):
            if base.kind not in _OPERANDS or " " in base.text:
                return False
            return not (numerator and _lengthens(node))
        case _:
            return False


def _lengthens(node: Scripted) -> bool:
    """Say whether a slash after it could be taken for a part of its script: `p_θ/q`, `e^λ/q`."""
    if node.above:
        return script_glyphs(node.above, ABOVE) is None and single(node.above) is not None
    if not node.below or script_glyphs(node.below, BELOW) is not None:
        return False
    return len(single(node.below) or "") == 1


def _is_wrapped(nodes: Formula) -> bool:
    """Say whether one pair of parentheses holds all of it."""
    if len(nodes) == 1 and isinstance(nodes[0], Fenced):
        return (nodes[0].left, nodes[0].right) in (("(", ")"), ("[", "]"), ("|", "|"), ("‖", "‖"))
    if len(nodes) < 3 or nodes[0] != Atom("(", Kind.OPEN) or nodes[-1] != Atom(")", Kind.CLOSE):
        return False
    depth = 0
    for node in nodes[:-1]:
        depth += {Kind.OPEN: 1, Kind.CLOSE: -1}.get(kind_of(node), 0)
        if depth == 0:
            return False
    return True


def _is_call(nodes: Formula) -> bool:
    """Say whether it is `p(x)`."""
    return len(nodes) > 1 and _is_one(nodes[:1], numerator=True) and _is_wrapped(nodes[1:])


def _is_product(nodes: Formula) -> bool:
    """Say whether it is letters side by side, `QKᵀ`: a product over a number reads the same both ways."""
    return all(kind_of(node) is Kind.LETTER and _is_one((node,), numerator=True) for node in nodes)


def _root(node: Root, ends: bool) -> str:
    sign = _ROOTS.get(line_of(node.degree))
    if sign is None:
        raise UnreadableError("a root of this degree")
    nodes = visible(node.body)
    text = line_of(nodes)
    bare = ends and len(nodes) == 1 and (isinstance(nodes[0], Atom) or _is_indexed(nodes[0]))
    bare = (bare and " " not in text) or (_is_wrapped(nodes) and text.startswith("("))
    return f"{sign}{text}" if bare else f"{sign}({text})"


def _is_indexed(node: Node) -> bool:
    """Say whether it is a letter with an index alone, the index in Unicode letters."""
    if not isinstance(node, Scripted) or node.above or node.primes or not isinstance(node.base, Atom):
        return False
    return node.base.kind is Kind.LETTER and script_glyphs(node.below, BELOW) is not None


def _scripted(node: Scripted) -> str:
    text = _base(node.base) + node.primes
    if node.below:
        glyphs = script_glyphs(node.below, BELOW)
        alone = None if node.above or node.primes else single(node.below)
        text += glyphs or (f"_{alone}" if alone else "_" + _enclosed(node.below))
    if node.above:
        glyphs = script_glyphs(node.above, ABOVE)
        alone = single(node.above)
        text += glyphs or (f"^{alone}" if alone else "^" + _enclosed(node.above))
    return text


def _enclosed(script: Formula) -> str:
    text = line_of(script, tight=True)
    return text if _is_wrapped(script) and text.startswith("(") else f"({text})"


def _base(base: Node) -> str:
    match base:
        case Atom():
            if base.kind in _UNSCRIPTED or base.text == "/" or " " in base.text:
                raise UnreadableError(f"a script on {base.text!r}")
            return base.text
        case Fenced():
            return _line(base, None, None, False)
        case Group():
            return f"({line_of(base.body)})"
        case Root() | Fraction():
            text = _line(base, None, None, False)
            return text if isinstance(base, Fraction) and not base.bar else f"({text})"
        case _:
            raise UnreadableError("a script on this")


def _ends_left(node: Node | None) -> bool:
    """Say whether no operator stands before that a fraction would have to be guarded from."""
    if node is None or (isinstance(node, Atom) and node.text.endswith(" ")):
        return True
    kind = kind_of(node)
    return kind in (Kind.RELATION, Kind.OPEN, Kind.PUNCTUATION) or node in _ADDITIVE


def _ends_right(node: Node | None) -> bool:
    if node is None or (isinstance(node, Atom) and node.text.startswith(" ")):
        return True
    kind = kind_of(node)
    return kind in (Kind.RELATION, Kind.CLOSE, Kind.PUNCTUATION) or node in _ADDITIVE


_ADDITIVE = tuple(Atom(sign, Kind.BINARY) for sign in "+−±∓")
