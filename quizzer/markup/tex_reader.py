"""Reads TeX math into a tree of `formula`, or refuses it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from quizzer.markup.formula import (
    Atom,
    Fenced,
    Formula,
    Fraction,
    Grid,
    Node,
    Root,
    Scripted,
    UnreadableError,
    grouped,
    is_blank,
    strip_blanks,
)
from quizzer.markup.glyphs import (
    ACCENTS,
    CHARACTERS,
    ENVIRONMENTS,
    FONTS,
    NEGATED,
    SYMBOLS,
    UNICODE,
    Kind,
    letter_in,
)
from quizzer.markup.tex_tokens import Tokens

DEPTH_LIMIT = 24
"""Nested arguments, groups and environments."""

_FRACTIONS = ("frac", "dfrac", "tfrac", "cfrac")
_BINOMIALS = ("binom", "dbinom", "tbinom")
_TEXTS = ("text", "textrm", "textit", "textbf", "texttt", "textsf", "mbox")
_SPACES = (",", ";", ":", ">", " ", "quad", "qquad", "thinspace", "enspace")
_SILENT = ("!", "displaystyle", "textstyle", "scriptstyle", "limits", "nolimits", "nonumber", "notag")
_SIZES = re.compile(r"[bB]igg?([lrm]?)")
_PRIMES = {1: "′", 2: "″", 3: "‴"}
_SPACE = Atom(" ", Kind.SPACE)
_WIDE_SPACE = Atom("   ", Kind.SPACE)
_GAP = Atom(" ", Kind.GAP)


def read_tex(tex: str) -> Formula:
    """Return the formula.

    Raises:
        UnreadableError: If a part of it is unknown, malformed, too long or nested too deeply.
    """
    reader = _Reader(tex)
    formula = reader.sequence(())
    if reader.peek() is not None:
        raise UnreadableError(f"{reader.peek()!r} is out of place")
    if not formula:
        raise UnreadableError("empty")
    return formula


class _Reader(Tokens):
    """A recursive descent over the tokens."""

    depth = 0

    def sequence(self, stops: tuple[str, ...]) -> Formula:
        """Read up to a stop, which stays, or the end."""
        self.depth += 1
        if self.depth > DEPTH_LIMIT:
            raise UnreadableError("nested too deeply")
        items: list[Node] = []
        while (token := self.peek()) is not None and token not in stops:
            self._item(items)
        self.depth -= 1
        return strip_blanks(tuple(items))

    def _item(self, items: list[Node]) -> None:
        token = self.peek()
        if token in ("^", "_", "'"):
            self._script(items)
        elif token is not None and token.isdigit():
            items.append(Atom(self.number(), Kind.NUMBER))
        else:
            items.extend(self.node())

    def node(self) -> tuple[Node, ...]:
        """Read one thing: a character, a group or a command with its arguments."""
        token = self.take()
        if token == " ":
            return (_GAP,)
        if token == "~":
            return (_SPACE,)
        if token == "{":
            self.position -= 1
            return grouped(self.argument())
        if token.startswith("\\"):
            return self._command(token)
        if token in CHARACTERS:
            return (Atom(*CHARACTERS[token]),)
        if token in UNICODE:
            return (Atom(*UNICODE[token]),)
        if token.isdigit():
            self.position -= 1
            return (Atom(self.digit(), Kind.NUMBER),)
        if unicodedata.category(token) in ("Lu", "Ll"):
            return (Atom(token, Kind.LETTER),)
        raise UnreadableError(f"{token!r} is no math")

    def argument(self) -> Formula:
        """Read a group's content, or a single thing."""
        self.skip_blanks()
        if self.peek() != "{":
            return self._single()
        self.take()
        formula = self.sequence(("}",))
        self.expect("}")
        return formula

    def _single(self) -> Formula:
        token = self.peek()
        if token is None or token in ("}", "^", "_", "'", "&", "\\\\"):
            raise UnreadableError("an argument is missing")
        self.depth += 1
        if self.depth > DEPTH_LIMIT:
            raise UnreadableError("nested too deeply")
        formula = self.node()
        self.depth -= 1
        following = self.peek()
        if token.isdigit() and following is not None and following.isdigit():
            raise UnreadableError("digits after an argument of one digit")
        return formula

    def _script(self, items: list[Node]) -> None:
        while items and items[-1] == _GAP:
            items.pop()
        if not items or is_blank(items[-1]):
            raise UnreadableError("a script stands on nothing")
        base = items.pop()
        mark = self.take()
        node = base if isinstance(base, Scripted) else Scripted(base)
        if mark == "'":
            items.append(self._primed(node))
            return
        script = self.argument()
        if not script or (node.below if mark == "_" else node.above):
            raise UnreadableError("an empty or a second script")
        if mark == "_":
            items.append(Scripted(node.base, script, node.above, node.primes))
        elif node.primes:
            raise UnreadableError("a prime and an exponent")
        else:
            items.append(Scripted(node.base, node.below, script))

    def _primed(self, node: Scripted) -> Scripted:
        count = 1
        while self.peek() == "'":
            self.take()
            count += 1
        if node.primes or node.above or count not in _PRIMES:
            raise UnreadableError("too many primes, or a prime beside an exponent")
        return Scripted(node.base, node.below, (), _PRIMES[count])

    def _command(self, token: str) -> tuple[Node, ...]:
        name = token[1:]
        if name in SYMBOLS:
            return (Atom(*SYMBOLS[name]),)
        if name in _SPACES:
            return (_WIDE_SPACE if name.endswith("quad") else _SPACE,)
        if name in _SILENT:
            return ()
        for names, read in _COMMANDS:
            if name in names:
                return read(self, name)
        if size := _SIZES.fullmatch(name):
            return (self._sized(size[1]),)
        raise UnreadableError(f"unknown command {token}")

    def _fraction(self, name: str) -> tuple[Node, ...]:
        above, below = self.argument(), self.argument()
        if not above or not below:
            raise UnreadableError("half a fraction")
        return (Fraction(above, below, name in _FRACTIONS),)

    def _root(self, _: str) -> tuple[Node, ...]:
        degree: Formula = ()
        self.skip_blanks()
        if self.peek() == "[":
            self.take()
            degree = self.sequence(("]",))
            self.expect("]")
        body = self.argument()
        if not body:
            raise UnreadableError("a root of nothing")
        return (Root(body, degree),)

    def _accent(self, name: str) -> tuple[Node, ...]:
        body = strip_blanks(self.argument())
        if len(body) != 1 or not isinstance(body[0], Atom) or body[0].kind is not Kind.LETTER:
            raise UnreadableError(f"\\{name} on more than a letter")
        return (Atom(unicodedata.normalize("NFC", body[0].text + ACCENTS[name]), Kind.LETTER),)

    def _font(self, name: str) -> tuple[Node, ...]:
        text = ""
        for node in self.argument():
            if not isinstance(node, Atom) or node.kind not in (Kind.LETTER, Kind.NUMBER):
                raise UnreadableError(f"\\{name} on more than letters")
            letters = [letter_in(FONTS[name], character) for character in node.text]
            if None in letters:
                raise UnreadableError(f"no {node.text!r} in the letters of \\{name}")
            text += "".join(letter for letter in letters if letter)
        if not text:
            raise UnreadableError(f"\\{name} on nothing")
        return (Atom(text, Kind.LETTER if len(text) == 1 else Kind.WORD),)

    def _roman(self, name: str) -> tuple[Node, ...]:
        text = self.text()
        operator = name.startswith("operatorname")
        plain = text.replace("-", "").replace(" ", "" if operator else " ")
        if not plain.isalnum():
            raise UnreadableError(f"\\{name} on more than a word")
        if operator:
            return (Atom(text, Kind.FUNCTION),)
        return (Atom(text, Kind.LETTER if len(text) == 1 and text.isalpha() else Kind.WORD),)

    def _text(self, _: str) -> tuple[Node, ...]:
        text = self.text()
        return (Atom(text, Kind.WORD),) if text.strip() else (_SPACE,)

    def _not(self, _: str) -> tuple[Node, ...]:
        self.skip_blanks()
        token = self.take()
        if token not in NEGATED:
            raise UnreadableError(f"\\not before {token}")
        return (Atom(NEGATED[token], Kind.RELATION),)

    def _modulo(self, _: str) -> tuple[Node, ...]:
        body = self.argument()
        return (_SPACE, Atom("(", Kind.OPEN), Atom("mod", Kind.FUNCTION), *body, Atom(")", Kind.CLOSE))

    def _sized(self, side: str) -> Atom:
        delimiter = self.delimiter()
        if delimiter == ".":
            raise UnreadableError("a sized delimiter that is none")
        sides = {"l": Kind.OPEN, "r": Kind.CLOSE, "m": Kind.RELATION}
        natural = Kind.OPEN if delimiter in "([{⟨⌊⌈" else Kind.CLOSE if delimiter in ")]}⟩⌋⌉" else Kind.MARK
        return Atom(delimiter, sides.get(side, natural))

    def _fenced(self, _: str) -> tuple[Node, ...]:
        left = self.delimiter()
        body: list[Node] = list(self.sequence(("\\right", "\\middle")))
        while self.peek() == "\\middle":
            self.take()
            body.append(Atom(self.delimiter(), Kind.RELATION))
            body.extend(self.sequence(("\\right", "\\middle")))
        self.expect("\\right")
        return (Fenced(left, tuple(body), self.delimiter()),)

    def _environment(self, _: str) -> tuple[Node, ...]:
        name = self.name()
        if name not in ENVIRONMENTS:
            raise UnreadableError(f"unknown environment {name}")
        columns = self.name() if name == "array" else ""
        if columns.strip("lcr"):
            raise UnreadableError(f"columns {columns!r}")
        rows = [[self.sequence(("&", "\\\\", "\\end"))]]
        while (token := self.take()) != "\\end":
            if token == "\\\\" and self.peek() == "[":
                raise UnreadableError("a row with an option")
            if token == "\\\\":
                rows.append([])
            rows[-1].append(self.sequence(("&", "\\\\", "\\end")))
        if self.name() != name:
            raise UnreadableError("crossed environments")
        if rows[-1] == [()]:
            rows.pop()
        if not rows or (columns and any(len(row) > len(columns) for row in rows)):
            raise UnreadableError("an environment without rows, or too many cells")
        return (Grid(name, tuple(tuple(row) for row in rows), columns),)


_COMMANDS: tuple[tuple[tuple[str, ...], Callable[[_Reader, str], tuple[Node, ...]]], ...] = (
    (_FRACTIONS + _BINOMIALS, _Reader._fraction),
    (("sqrt",), _Reader._root),
    (tuple(ACCENTS), _Reader._accent),
    (tuple(FONTS), _Reader._font),
    (("mathrm", "operatorname", "operatorname*", "mathit", "mathnormal"), _Reader._roman),
    (_TEXTS, _Reader._text),
    (("not",), _Reader._not),
    (("pmod",), _Reader._modulo),
    (("left",), _Reader._fenced),
    (("begin",), _Reader._environment),
)
