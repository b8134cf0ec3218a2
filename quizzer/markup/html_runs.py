r"""The inline content of foreign HTML as a row of runs: styled text, code, math, images, line breaks.

Math is found in the text of a whole paragraph, as MathJax finds it: `\(…\)`, `\[…\]`, and Anki's own
`[$]…[/$]`, `[$$]…[/$$]` and `[latex]…[/latex]`; so are its `[sound:…]`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from quizzer.markup.html_tree import Element
from quizzer.markup.mathml import tex_of_alt, tex_of_math
from quizzer.markup.runs import EMPHASIS, LINK, STRIKE, STRONG, Kind, Run, add_styles, file_run
from quizzer.markup.special_runs import find_specials

MATHJAX_IGNORES = "tex2jax_ignore"
KATEX_DRAWING = "katex-html"  # what stands beside it as MathML
_STYLES = {
    "b": STRONG, "strong": STRONG, "i": EMPHASIS, "em": EMPHASIS, "cite": EMPHASIS, "dfn": EMPHASIS,
    "var": EMPHASIS, "s": STRIKE, "del": STRIKE, "strike": STRIKE,
}  # fmt: skip
_CODE = frozenset(("code", "tt", "kbd", "samp"))
_ADDRESS = re.compile(r"(?:https?|ftp)://[^\s<>]+|mailto:[^\s<>]+", re.IGNORECASE)
_SCRIPTS = {
    "sub": dict(zip("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎", strict=True)),
    "sup": dict(zip("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ", strict=True)),
}


def gather_runs(nodes: Iterable[Element | str], styles: tuple[str, ...] = ()) -> list[Run]:
    """Return the runs of inline nodes; blocks among them stand between breaks."""
    return find_specials(list(_once(_Gatherer().add(nodes, styles))))


def _once(runs: Iterable[Run]) -> Iterator[Run]:
    """Yield the runs without the images of formulas that stand before them as MathML, too."""
    shown = ""
    for run in runs:
        if run.kind is Kind.MATH and run.alt and run.text == shown:
            continue
        yield run
        shown = run.text if run.kind is Kind.MATH else shown if not run.text.strip() else ""


def style_of(element: Element) -> tuple[str, ...]:
    """Return the styles that the element adds."""
    tag = element.tag
    if tag == "a":
        address = element.attributes.get("href", "").strip()
        return (LINK + address,) if _ADDRESS.fullmatch(address) else ()
    if tag in _STYLES:
        return (_STYLES[tag],)
    css = element.attributes.get("style", "").replace(" ", "").lower()
    if not css:
        return ()
    found = []
    if re.search(r"font-weight:(?:bold|[6-9]00)", css):
        found.append(STRONG)
    if "font-style:italic" in css:
        found.append(EMPHASIS)
    if re.search(r"text-decoration[\w-]*:[\w-]*line-through", css):
        found.append(STRIKE)
    return tuple(found)


def text_of(nodes: Iterable[Element | str], breaks: str = "\n") -> str:
    """Return the text of nodes, lines and blocks apart by `breaks`."""
    parts: list[str] = []
    for node in nodes:
        if isinstance(node, str):
            parts.append(node)
        elif node.tag == "br":
            parts.append(breaks)
        else:
            inner = text_of(node.children, breaks)
            starts = node.is_block and parts and not parts[-1].endswith(breaks)
            parts.append(f"{breaks}{inner}" if starts else inner)
    return "".join(parts)


class _Gatherer:
    """Gathers runs; a list that grows costs the same at any depth, where nested generators do not."""

    def __init__(self) -> None:
        self.runs: list[Run] = []

    def add(
        self, nodes: Iterable[Element | str], styles: tuple[str, ...], *, literal: bool = False
    ) -> list[Run]:
        """Add the runs of the nodes, and return all."""
        for node in nodes:
            if isinstance(node, str):
                self.runs.append(Run(Kind.TEXT, node, styles, literal=literal))
                continue
            match node.tag:
                case "br":
                    self.runs.append(Run(Kind.BREAK, "", styles))
                case "img":
                    self.runs += _image(node, styles)
                case "audio" | "video":
                    self.runs += _sound(node, styles)
                case "anki-mathjax" | "math":
                    self.runs.append(_math(node, styles))
                case "sub" | "sup":
                    self.runs += _script(node, styles)
                case tag if tag in _CODE:
                    self.runs.append(Run(Kind.CODE, text_of(node.children, " "), styles))
                case "ruby":
                    self._add_styled(Element("span", node.attributes, _in_parentheses(node)), styles, literal)
                case _:
                    self._add_styled(node, styles, literal)
        return self.runs

    def _add_styled(self, node: Element, styles: tuple[str, ...], literal: bool) -> None:
        classes = node.attributes.get("class", "").split()
        if KATEX_DRAWING in classes:
            return
        if node.is_block:
            self.runs.append(Run(Kind.BREAK, "", styles))
        ignored = literal or MATHJAX_IGNORES in classes
        self.add(node.children, add_styles(styles, style_of(node)), literal=ignored)
        if node.is_block:
            self.runs.append(Run(Kind.BREAK, "", styles))


def _in_parentheses(ruby: Element) -> list[Element | str]:
    """Return what stands in a `ruby`, with parentheses around readings that have none of their own."""
    if any(isinstance(node, Element) and node.tag == "rp" for node in ruby.children):
        return ruby.children
    found: list[Element | str] = []
    for node in ruby.children:
        is_reading = isinstance(node, Element) and node.tag in ("rt", "rtc")
        found += ("(", node, ")") if is_reading else (node,)
    return found


def _math(node: Element, styles: tuple[str, ...]) -> Run:
    if node.tag == "math":
        is_display, tex = node.attributes.get("display") == "block", tex_of_math(node)
    else:
        is_display, tex = node.attributes.get("block") == "true", text_of(node.children)
    return Run(Kind.DISPLAY if is_display else Kind.MATH, tex, styles)


def _image(node: Element, styles: tuple[str, ...]) -> Iterator[Run]:
    address = node.attributes.get("src", "").strip()
    alt = " ".join(node.attributes.get("alt", "").split())
    if file := file_run(address, styles, alt):
        yield file
    elif tex := tex_of_alt(alt):
        yield Run(Kind.MATH, tex, styles, alt)
    elif _ADDRESS.fullmatch(address):
        yield Run(Kind.IMAGE, address, styles, alt)
    elif alt or address.lower().startswith("data:"):
        yield Run(Kind.TEXT, f"[image: {alt}]" if alt else "[image]", styles)


def _sound(node: Element, styles: tuple[str, ...]) -> Iterator[Run]:
    addresses = [node.attributes.get("src", "")]
    addresses += [child.attributes.get("src", "") for child in node.children if isinstance(child, Element)]
    file = next(filter(None, (file_run(address, styles) for address in addresses)), None)
    if file:
        yield file


def _script(node: Element, styles: tuple[str, ...]) -> Iterator[Run]:
    """Yield what is raised or lowered, in letters for it where there are such, else as math."""
    text = " ".join(text_of(node.children, " ").split())
    letters = _SCRIPTS[node.tag]
    if all(character in letters for character in text):
        if text:
            yield Run(Kind.TEXT, "".join(letters[character] for character in text), styles)
        return
    escaped = re.sub(r"[\\{}$&#%_^~]", " ", text)
    content = escaped if re.fullmatch(r"[A-Za-z0-9+-]", escaped) else f"\\text{{{escaped}}}"
    yield Run(Kind.MATH, f"{'_' if node.tag == 'sub' else '^'}{{{content}}}", styles)
