"""What a TeX command looks like and how it behaves in a formula; a command not named here is not shown."""

from __future__ import annotations

import unicodedata
from enum import Enum, auto


class Kind(Enum):
    """What an atom is to its neighbours."""

    LETTER = auto()
    NUMBER = auto()
    WORD = auto()
    FUNCTION = auto()
    BIG = auto()
    BINARY = auto()
    RELATION = auto()
    OPEN = auto()
    CLOSE = auto()
    PUNCTUATION = auto()
    MARK = auto()  # ordinary symbols that are no letters: | / !
    SPACE = auto()  # asked for: \, \quad ~
    GAP = auto()  # blanks of the source, which TeX ignores


def _table(kind: Kind, entries: str) -> dict[str, tuple[str, Kind]]:
    """Read `name glyph name glyph ...`."""
    words = entries.split()
    return {name: (glyph, kind) for name, glyph in zip(words[::2], words[1::2], strict=True)}


SYMBOLS: dict[str, tuple[str, Kind]] = {
    **_table(
        Kind.LETTER,
        """alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι
        kappa κ lambda λ mu μ nu ν xi ξ pi π varpi ϖ rho ρ varrho ϱ sigma σ varsigma ς tau τ upsilon υ
        phi ϕ varphi φ chi χ psi ψ omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ
        Upsilon Υ Phi Φ Psi Ψ Omega Ω ell ℓ hbar ℏ infty ∞ partial ∂ nabla ∇ emptyset ∅ varnothing ∅
        forall ∀ exists ∃ neg ¬ lnot ¬ top ⊤ bot ⊥ Re ℜ Im ℑ aleph ℵ dots … ldots … cdots ⋯ vdots ⋮ ddots ⋱
        dotsc … dotsb ⋯ square □ Box □""",
    ),
    **_table(
        Kind.BINARY,
        """pm ± mp ∓ times × div ÷ cdot · ast ∗ star ⋆ circ ∘ bullet • oplus ⊕ ominus ⊖ otimes ⊗ odot ⊙
        oslash ⊘ cup ∪ cap ∩ setminus ∖ wedge ∧ land ∧ vee ∨ lor ∨ uplus ⊎ dagger † boxtimes ⊠ bmod mod""",
    ),
    **_table(
        Kind.RELATION,
        """le ≤ leq ≤ ge ≥ geq ≥ leqslant ≤ geqslant ≥ ne ≠ neq ≠ ll ≪ gg ≫ approx ≈ sim ∼ simeq ≃ cong ≅
        equiv ≡ propto ∝ in ∈ ni ∋ notin ∉ subset ⊂ subseteq ⊆ supset ⊃ supseteq ⊇ to → rightarrow →
        longrightarrow ⟶ leftarrow ← gets ← leftrightarrow ↔ Rightarrow ⇒ implies ⟹ Longrightarrow ⟹
        Leftarrow ⇐ Leftrightarrow ⇔ iff ⟺ mapsto ↦ uparrow ↑ downarrow ↓ mid | nmid ∤ parallel ∥ perp ⊥
        vdash ⊢ models ⊨ prec ≺ succ ≻ preceq ⪯ succeq ⪰ coloneqq := triangleq ≜ doteq ≐ lt < gt > colon :""",
    ),
    **_table(
        Kind.FUNCTION,
        """log log ln ln lg lg exp exp sin sin cos cos tan tan sinh sinh cosh cosh tanh tanh coth coth
        arcsin arcsin arccos arccos arctan arctan max max min min sup sup inf inf lim lim limsup limsup
        liminf liminf arg arg argmax argmax argmin argmin det det dim dim ker ker deg deg gcd gcd Pr Pr
        hom hom""",
    ),
    **_table(
        Kind.BIG,
        """sum ∑ prod ∏ coprod ∐ int ∫ iint ∬ iiint ∭ oint ∮ bigcup ⋃ bigcap ⋂ bigoplus ⨁ bigotimes ⨂
        bigodot ⨀ bigvee ⋁ bigwedge ⋀""",
    ),
    **_table(Kind.OPEN, r"langle ⟨ lfloor ⌊ lceil ⌈ lvert | lVert ‖ lbrace { lbrack [ { {"),
    **_table(Kind.CLOSE, r"rangle ⟩ rfloor ⌋ rceil ⌉ rvert | rVert ‖ rbrace } rbrack ] } }"),
    **_table(Kind.MARK, "| ‖ Vert ‖ vert | prime ′ % % # # & & $ $ _ _ backslash \\ angle ∠"),
}
"""Glyph and kind of a command, by its name without the backslash."""

CHARACTERS: dict[str, tuple[str, Kind]] = {
    **_table(Kind.BINARY, "+ + - − * ∗ @ @"),
    **_table(Kind.RELATION, "= = < < > > : :"),
    **_table(Kind.OPEN, "( ( [ ["),
    **_table(Kind.CLOSE, ") ) ] ]"),
    **_table(Kind.PUNCTUATION, ", , ; ; . ."),
    **_table(Kind.MARK, "| | / / ! ! ? ?"),
}
"""Glyph and kind of a character that is no letter or digit."""

UNICODE = {glyph: (glyph, kind) for glyph, kind in SYMBOLS.values() if len(glyph) == 1 and ord(glyph) > 0x7F}
"""Glyph and kind of a symbol that was written as itself, `α` for a `\\alpha`."""

NEGATED = {"=": "≠", "\\in": "∉", "\\equiv": "≢", "\\mid": "∤", "\\subset": "⊄", "\\approx": "≉"}

ACCENTS = {
    "hat": "\u0302", "widehat": "\u0302", "bar": "\u0304", "overline": "\u0304", "tilde": "\u0303",
    "widetilde": "\u0303", "dot": "\u0307", "ddot": "\u0308", "vec": "\u20d7", "check": "\u030c",
    "breve": "\u0306", "acute": "\u0301", "grave": "\u0300", "mathring": "\u030a",
}  # fmt: skip

DELIMITERS = {
    "(": "(", ")": ")", "[": "[", "]": "]", "|": "|", "/": "/", ".": ".", "\\{": "{", "\\}": "}",
    "\\|": "‖", "\\vert": "|", "\\lvert": "|", "\\rvert": "|", "\\Vert": "‖", "\\lVert": "‖", "\\rVert": "‖",
    "\\lbrace": "{", "\\rbrace": "}", "\\langle": "⟨", "\\rangle": "⟩", "\\lfloor": "⌊", "\\rfloor": "⌋",
    "\\lceil": "⌈", "\\rceil": "⌉", "\\lbrack": "[", "\\rbrack": "]",
}  # fmt: skip

_SMALL_ABOVE = "abcdefghijklmnoprstuvwxyz"
ABOVE = {
    **dict(zip("0123456789+−=()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾", strict=True)),
    **dict(zip(_SMALL_ABOVE, "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ", strict=True)),
    **dict(zip("ABDEGHIJKLMNOPRTUVW", "ᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂ", strict=True)),
    **dict(zip("βγδθχ", "ᵝᵞᵟᶿᵡ", strict=True)),
    "⊤": "ᵀ",
}
"""Superscript forms that common terminal fonts have."""

BELOW = {
    **dict(zip("0123456789+−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎", strict=True)),
    **dict(zip("aehijklmnoprstuvx", "ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True)),
    **dict(zip("βγρχ", "ᵦᵧᵨᵪ", strict=True)),
}
"""Subscript forms."""

FONTS = {
    "mathbf": "BOLD", "boldsymbol": "BOLD", "bm": "BOLD", "mathbb": "DOUBLE-STRUCK", "mathcal": "SCRIPT",
    "mathscr": "SCRIPT", "mathfrak": "FRAKTUR", "mathsf": "SANS-SERIF", "mathtt": "MONOSPACE",
}  # fmt: skip
"""The Unicode name of a font command's alphabet."""


ALIGNED = ("aligned", "align", "align*", "split")
ENVIRONMENTS = (
    *ALIGNED, "matrix", "pmatrix", "bmatrix", "Bmatrix", "vmatrix", "Vmatrix", "smallmatrix", "cases",
    "gathered", "array",
)  # fmt: skip


def letter_in(font: str, letter: str) -> str | None:
    """Return `letter` (Latin, Greek, a digit) in a mathematical alphabet, or None where it is not in it."""
    try:
        name = unicodedata.name(letter)
    except ValueError:
        return None
    short = name.removeprefix("LATIN ").removeprefix("GREEK ").replace(" LETTER", "")
    for prefix in (f"MATHEMATICAL {font}", font, "BLACK-LETTER" if font == "FRAKTUR" else font):
        try:
            return unicodedata.lookup(f"{prefix} {short}")
        except KeyError:
            continue
    return None
