r"""A formula of MathML as TeX: the TeX that it was made of where it says so, else one that shows the same."""

from __future__ import annotations

import re

from quizzer.markup.html_tree import Element

_HOLDS_TEX = ("application/x-tex", "text/x-tex", "tex")
_STYLE = re.compile(r"\{\\(?:display|text)style\s?(.*)\}", re.DOTALL)
_SIGNS = re.compile(r"[\\{}$&#%_^~]")
# By element and number of its parts.
_SHAPES = {
    ("mfrac", 2): r"\frac{{{}}}{{{}}}",
    ("mroot", 2): r"\sqrt[{1}]{{{0}}}",
    ("mover", 2): r"\overset{{{1}}}{{{0}}}",
    ("msub", 2): "{}_{{{}}}",
    ("munder", 2): "{}_{{{}}}",
    ("msup", 2): "{}^{{{}}}",
    ("msubsup", 3): "{}_{{{}}}^{{{}}}",
    ("munderover", 3): "{}_{{{}}}^{{{}}}",
}
_SILENT = frozenset(("annotation", "annotation-xml", "mphantom", "mspace"))


def tex_of_math(math: Element) -> str:
    """Return the TeX of an element `math`, "" where it shows nothing."""
    said = _annotation(math) or math.attributes.get("alttext", "")
    return tex_of_alt(said) or said.strip() or _tex(math).strip()


def tex_of_alt(alt: str) -> str:
    r"""Return the TeX in the text of a formula's image, as in `{\displaystyle x}`, "" where it is none."""
    match = _STYLE.fullmatch(alt.strip())
    return match[1].strip() if match else ""


def _annotation(node: Element) -> str:
    for child in node.children:
        if not isinstance(child, Element):
            continue
        if child.tag == "annotation" and child.attributes.get("encoding", "").lower() in _HOLDS_TEX:
            return "".join(each for each in child.children if isinstance(each, str))
        if found := _annotation(child):
            return found
    return ""


def _tex(node: Element | str) -> str:
    if isinstance(node, str):
        return _SIGNS.sub(lambda match: f"\\{match[0]}" if match[0] in "{}$&#%_" else " ", node.strip())
    if node.tag in _SILENT:
        return ""
    parts = [_tex(child) for child in node.children if isinstance(child, Element) or child.strip()]
    inner = "".join(parts)
    if shape := _SHAPES.get((node.tag, len(parts))):
        base = parts[0] if len(parts[0]) == 1 or not shape.startswith("{}") else f"{{{parts[0]}}}"
        return shape.format(base, *parts[1:])
    match node.tag:
        case "mi" if len(inner) > 1 and inner.isalpha():
            return f"\\mathrm{{{inner}}}"
        case "mtext" | "msqrt":
            return f"\\{'text' if node.tag == 'mtext' else 'sqrt'}{{{inner}}}"
        case "mtable":
            rows = " \\\\ ".join(parts)
            return f"\\begin{{matrix}}{rows}\\end{{matrix}}"
        case "mtr":
            return " & ".join(parts)
        case "mfenced":
            opening, closing = node.attributes.get("open", "("), node.attributes.get("close", ")")
            return f"{_tex(opening)}{', '.join(parts)}{_tex(closing)}"
    return inner
