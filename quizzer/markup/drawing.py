r"""A formula as TeX that texicode lays out: only the structure, each letter a placeholder.

What texicode does well is to set boxes beside and above each other. What it does with symbols is not
to be trusted (it drops an exponent without a subscript form in `x_i^T`, loses the group in `{a+b}^2`,
accents the first letter of a word, draws `\rhd` as its mirror image), so it never sees one: a letter
comes to it as one ideograph, which it takes for a letter without a font, and is put in its place after.
That every placeholder comes back exactly once is then the proof that nothing was lost.
"""

from __future__ import annotations

from quizzer.markup.clean import is_mark
from quizzer.markup.formula import (
    Atom,
    Fenced,
    Formula,
    Fraction,
    Grid,
    Group,
    Node,
    Root,
    Scripted,
    UnreadableError,
)
from quizzer.markup.glyphs import ABOVE, ALIGNED, BELOW, Kind
from quizzer.markup.spacing import script_glyphs, spaced, visible
from quizzer.markup.width import cell_width

FIRST_PLACEHOLDER = 0x3400
"""The first of 6,592 ideographs of CJK extension A."""

LAST_PLACEHOLDER = 0x4DBF

_DRAWN = {"∑": "\\sum ", "∏": "\\prod ", "∫": "\\int "}
_CENTRED = ("∑", "∏")
_FENCES = {
    "(": "(", ")": ")", "[": "[", "]": "]", "{": "\\{", "}": "\\}", "|": "|", "‖": "\\Vert ", ".": ".",
    "⌊": "\\lfloor ", "⌋": "\\rfloor ", "⌈": "\\lceil ", "⌉": "\\rceil ",
}  # fmt: skip
_CLOSED_GRIDS = ("pmatrix", "bmatrix", "Bmatrix", "vmatrix", "Vmatrix")
_UNSCRIPTED = (Kind.BINARY, Kind.RELATION, Kind.OPEN, Kind.PUNCTUATION)


class Drawing:
    """Writes one formula; `cells` are what the placeholders stand for, in order."""

    def __init__(self) -> None:
        self.cells: list[str] = []

    def write(self, formula: Formula, *, tight: bool = False) -> str:
        """Return the TeX of a formula.

        Raises:
            UnreadableError: If a part of it cannot be drawn.
        """
        parts = []
        for space, node in spaced(formula, tight=tight):
            parts.append(self._letters(space) + self._node(node, tight))
        return "".join(parts)

    def _node(self, node: Node, tight: bool) -> str:
        match node:
            case Atom():
                return self._atom(node)
            case Group():
                return f"{{{self.write(node.body, tight=tight)}}}"
            case Fraction(bar=True):
                return f"\\frac{{{self.write(node.above)}}}{{{self.write(node.below)}}}"
            case Fraction():
                return f"\\binom{{{self.write(node.above)}}}{{{self.write(node.below)}}}"
            case Root():
                return self._root(node)
            case Scripted():
                return self._scripted(node)
            case Fenced():
                return self._fenced(node, tight)
            case Grid():
                return self._grid(node)

    def _atom(self, atom: Atom) -> str:
        return _DRAWN.get(atom.text) or self._letters(atom.text)

    def _letters(self, text: str) -> str:
        """Return placeholders, one a terminal cell."""
        placeholders = ""
        for character in text:
            if is_mark(character) and placeholders:
                self.cells[-1] += character
                continue
            if cell_width(character) != 1 or FIRST_PLACEHOLDER + len(self.cells) > LAST_PLACEHOLDER:
                raise UnreadableError(f"{character!r} is not one cell wide")
            placeholders += chr(FIRST_PLACEHOLDER + len(self.cells))
            self.cells.append(character)
        return placeholders

    def _root(self, node: Root) -> str:
        degree = ""
        if node.degree:
            # A small letter, which cannot be taken for the exponent of what stands before.
            small = script_glyphs(node.degree, ABOVE)
            if small is None or len(small) != 1:
                raise UnreadableError("a root of this degree")
            degree = f"[{self._letters(small)}]"
        body = self.write(node.body)
        # A root of one cell would be drawn with a bar on the letter: the mean of x, to a reader.
        if len(body) == 1:
            body += self._letters(" ")
        return f"\\sqrt{degree}{{{body}}}"

    def _fenced(self, node: Fenced, tight: bool) -> str:
        if not is_tall(node.body) and "." not in (node.left, node.right):
            left = self._letters(node.left)
            return left + self.write(node.body, tight=tight) + self._letters(node.right)
        if node.left not in _FENCES or node.right not in _FENCES:
            raise UnreadableError("a tall delimiter that cannot be drawn")
        return f"\\left{_FENCES[node.left]}{self.write(node.body, tight=tight)}\\right{_FENCES[node.right]}"

    def _grid(self, node: Grid) -> str:
        aligned = node.name in ALIGNED
        rows = []
        for row in node.rows:
            cells = []
            for i, cell in enumerate(row):
                led = aligned and i % 2 == 1 and _leads(cell)
                cells.append(self._letters(" " if led else "") + self.write(cell))
            rows.append(" & ".join(cells))
        columns = f"{{{node.columns}}}" if node.name == "array" else ""
        return f"\\begin{{{node.name}}}{columns}" + " \\\\ ".join(rows) + f"\\end{{{node.name}}}"

    def _scripted(self, node: Scripted) -> str:
        below = script_glyphs(node.below, BELOW) if node.below else ""
        above = script_glyphs(node.above, ABOVE) if node.above else ""
        centred = isinstance(node.base, Atom) and node.base.text in _CENTRED
        drawn = isinstance(node.base, Atom) and node.base.text in _DRAWN
        base = self._base(node.base)
        if below is not None and above is not None and not drawn and not is_tall((node.base,)):
            return base + self._letters(node.primes + below + above)
        if node.primes:
            if is_tall((node.base,)):
                raise UnreadableError("a prime on something tall")
            base += self._letters(node.primes)
        if isinstance(node.base, Grid) and node.base.name not in _CLOSED_GRIDS:
            raise UnreadableError("a script on rows without a delimiter after them")
        text = base if centred or isinstance(node.base, Grid) else f"{{{base}}}"
        for mark, script in (("_", node.below), ("^", node.above)):
            if script:
                # On a grid of two rows it would stand beside the first; over nothing it has its own row.
                lifted = mark == "^" and _has_two_rows(node.base)
                written = f"{{{self._script(script)}}}"
                text += f"^{{{{}}^{written}}}" if lifted else mark + written
        return text

    def _script(self, script: Formula) -> str:
        if script == (Atom("⊤", Kind.LETTER),):
            return self._letters("T")
        return self.write(script, tight=True)

    def _base(self, base: Node) -> str:
        match base:
            case Atom():
                if base.kind in _UNSCRIPTED or base.text == "/" or " " in base.text:
                    raise UnreadableError(f"a script on {base.text!r}")
                return self._atom(base)
            case Group():
                return self._fenced(Fenced("(", base.body, ")"), False)
            case Fraction(bar=True) | Root():
                return self._fenced(Fenced("(", (base,), ")"), False)
            case Fenced() | Fraction() | Grid():
                return self._node(base, False)
            case _:
                raise UnreadableError("a script on this")


def is_tall(formula: Formula) -> bool:
    """Say whether the drawn formula has more than one row."""
    return any(_is_tall(node) for node in formula)


def _is_tall(node: Node) -> bool:
    match node:
        case Atom():
            return node.text in _DRAWN
        case Group() | Fenced():
            return is_tall(node.body)
        case Scripted():
            glyphs = (not node.below or script_glyphs(node.below, BELOW) is not None) and (
                not node.above or script_glyphs(node.above, ABOVE) is not None
            )
            return not glyphs or _is_tall(node.base)
        case _:
            return True


def _has_two_rows(node: Node) -> bool:
    if not isinstance(node, Grid) or len(node.rows) != 2:
        return False
    return not any(is_tall(cell) for row in node.rows for cell in row)


def _leads(cell: Formula) -> bool:
    nodes = visible(cell)
    return bool(nodes) and isinstance(nodes[0], Atom) and nodes[0].kind in (Kind.RELATION, Kind.BINARY)
