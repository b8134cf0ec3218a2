"""Where a formula needs a space, so that it reads as it was meant on a line of letters."""

from __future__ import annotations

import re

from quizzer.markup.formula import (
    Atom,
    Fenced,
    Formula,
    Fraction,
    Node,
    Root,
    Scripted,
    core_of,
    is_blank,
    kind_of,
)
from quizzer.markup.glyphs import ABOVE, BELOW, Kind

_UNARY_AFTER = (
    Kind.BINARY, Kind.RELATION, Kind.OPEN, Kind.PUNCTUATION, Kind.BIG, Kind.FUNCTION
)  # fmt: skip
_WRITTEN_WORD = re.compile("[a-z]{4,}")
_TERM_END = (Kind.LETTER, Kind.NUMBER, Kind.WORD, Kind.CLOSE)


def visible(formula: Formula) -> Formula:
    """Return the formula without spaces and blanks."""
    return tuple(node for node in formula if not is_blank(node))


def spaced(formula: Formula, *, tight: bool = False) -> list[tuple[str, Node]]:
    """Return the nodes that show, each with the blanks that precede it: none, one, or those of a `quad`.

    Args:
        formula: The nodes, blanks included.
        tight: Within an index or exponent, where operators stand close.
    """
    result: list[tuple[str, Node]] = []
    bars = _Bars()
    asked = ""
    gap = unary = False
    previous: Node | None = None
    for node in formula:
        if isinstance(node, Atom) and is_blank(node):
            asked = max(asked, node.text if node.kind is Kind.SPACE else "", key=len)
            gap = True
            continue
        now_unary = _is_unary(previous, node, after_bar=bars.has_opened)
        if previous is None or _text(previous).endswith(" ") or _text(node).startswith(" "):
            space = ""
        elif asked and not tight:
            space = asked
        else:
            needed = _needs_space(previous, node, gap=gap, tight=tight, unary=unary, now_unary=now_unary)
            space = " " if needed else ""
        result.append((space, node))
        bars.pass_node(previous, node)
        asked, gap = "", False
        previous, unary = node, now_unary
    return result


def script_glyphs(script: Formula, forms: dict[str, str]) -> str | None:
    """Return an index or exponent in its Unicode letters, or None where it has not all of them."""
    if script == (Atom("∘", Kind.BINARY),) and forms is ABOVE:
        return "°"
    glyphs = ""
    for node in visible(script):
        if not isinstance(node, Atom) or node.kind in (Kind.WORD, Kind.FUNCTION):
            return None
        for character in node.text:
            if character not in forms or (character == "⊤" and len(script) > 1):
                return None
            glyphs += forms[character]
    return glyphs or None


def single(script: Formula) -> str | None:
    """Return an index or exponent that is one symbol or one word, and so needs no parentheses.

    Letters side by side are a word when they can hardly be a product, as in `d_{model}`.
    """
    nodes = visible(script)
    letters = "".join(_text(node) for node in nodes if _is_letter(node))
    if len(letters) == len(script) and _WRITTEN_WORD.fullmatch(letters):
        return letters
    if len(nodes) != 1 or not isinstance(nodes[0], Atom):
        return None
    text = nodes[0].text
    return text if len(text) == 1 or text.replace("_", "").isalnum() else None


def _is_letter(node: Node) -> bool:
    return isinstance(node, Atom) and node.kind is Kind.LETTER and len(node.text) == 1


def _text(node: Node) -> str:
    return node.text if isinstance(node, Atom) else ""


class _Bars:
    """Tells bars that open, as the first of `|x|` and the one of `p(x|y)`, from those that close."""

    def __init__(self) -> None:
        self.has_opened = False
        self._open: list[str] = []

    def pass_node(self, previous: Node | None, node: Node) -> None:
        """Go on to the next node; `has_opened` then says whether this one was an opening bar."""
        core, kind = core_of(node), kind_of(node)
        after_operator = self.has_opened or previous is None or kind_of(previous) in _UNARY_AFTER
        self.has_opened = False
        if kind is Kind.OPEN:
            self._open.append("(")
        elif kind is Kind.CLOSE:
            while self._open and self._open.pop() != "(":
                pass
        elif isinstance(core, Atom) and kind is Kind.MARK and core.text in ("|", "‖"):
            closes = not after_operator and self._open[-1:] == [core.text]
            if closes:
                self._open.pop()
            elif core is node:
                self._open.append(core.text)
                self.has_opened = True


def _is_unary(previous: Node | None, node: Node, *, after_bar: bool) -> bool:
    if not isinstance(node, Atom) or node.kind is not Kind.BINARY or node.text not in "+−±∓":
        return False
    return previous is None or after_bar or kind_of(previous) in _UNARY_AFTER


def _needs_space(previous: Node, node: Node, *, gap: bool, tight: bool, unary: bool, now_unary: bool) -> bool:
    before, after = kind_of(previous), kind_of(node)
    if _joins_words(previous, node):
        return True
    if unary:
        return False
    if before is Kind.RELATION and after is Kind.RELATION:
        return False
    for kind, alone in ((before, False), (after, now_unary)):
        if kind in (Kind.BINARY, Kind.RELATION) and not alone:
            return not tight
    if before is Kind.OPEN or after in (Kind.CLOSE, Kind.PUNCTUATION):
        return False
    if before is Kind.BIG or (before is Kind.FUNCTION and not _opens(node)):
        return True
    if after in (Kind.FUNCTION, Kind.BIG) and before is not Kind.PUNCTUATION:
        return before in _TERM_END
    if isinstance(previous, Fraction) or isinstance(node, Fraction):
        return before in _TERM_END and after in (*_TERM_END, Kind.OPEN)
    return gap and not tight


def _opens(node: Node) -> bool:
    return kind_of(node) is Kind.OPEN or isinstance(core_of(node), Fenced)


def _joins_words(previous: Node, node: Node) -> bool:
    """Say whether two names would run into one."""
    last, first = _last(previous), _first(node)
    if not (last.isalnum() and first.isalnum()):
        return False
    return _is_word(previous) or _is_word(node) or _ends_flat(previous)


def _first(node: Node) -> str:
    core = core_of(node)
    return core.text[:1] if isinstance(core, Atom) else "" if isinstance(core, Fenced) else "x"


def _last(node: Node) -> str:
    if isinstance(node, Scripted):
        return "x" if _ends_flat(node) or isinstance(node.base, Atom) else ""
    return node.text[-1:] if isinstance(node, Atom) else "x" if isinstance(node, Root) else ""


def _is_word(node: Node) -> bool:
    core = core_of(node)
    return isinstance(core, Root) or (
        isinstance(core, Atom) and len(core.text) > 1 and core.kind in (Kind.WORD, Kind.FUNCTION)
    )


def _ends_flat(node: Node) -> bool:
    """Say whether the node ends in `_x` or `^x`, which a following letter would lengthen."""
    if not isinstance(node, Scripted):
        return False
    below = bool(node.below) and script_glyphs(node.below, BELOW) is None
    above = bool(node.above) and script_glyphs(node.above, ABOVE) is None
    return below or above
