r"""The inline content of foreign HTML as a row of runs: styled text, code, math, images, line breaks.

Math is found in the text of a whole paragraph, as MathJax finds it: `\(…\)`, `\[…\]`, and Anki's own
`[$]…[/$]`, `[$$]…[/$$]` and `[latex]…[/latex]`; so are its `[sound:…]`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from urllib.parse import unquote

from quizzer.markup.html_tree import Element
from quizzer.markup.mathml import tex_of_alt, tex_of_math

STRONG, EMPHASIS, STRIKE = "**", "*", "~~"
"""Styles by their marks; a link is its address with `LINK` before it."""

LINK = "]"

MATHJAX_IGNORES = "tex2jax_ignore"
KATEX_DRAWING = "katex-html"  # what stands beside it as MathML
_STYLES = {
    "b": STRONG, "strong": STRONG, "i": EMPHASIS, "em": EMPHASIS, "cite": EMPHASIS, "dfn": EMPHASIS,
    "var": EMPHASIS, "s": STRIKE, "del": STRIKE, "strike": STRIKE,
}  # fmt: skip
_CODE = frozenset(("code", "tt", "kbd", "samp"))
_ADDRESS = re.compile(r"(?:https?|ftp)://[^\s<>]+|mailto:[^\s<>]+", re.IGNORECASE)
_LOCAL = re.compile(r"(?![A-Za-z][A-Za-z0-9+.-]*:|//|#)[^<>\x00-\x1f]{1,500}")
_SCRIPTS = {
    "sub": dict(zip("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎", strict=True)),
    "sup": dict(zip("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ", strict=True)),
}

_CLOSER = {
    "\\(": "\\)", "\\[": "\\]", "[$]": "[/$]", "[$$]": "[/$$]", "[latex]": "[/latex]", "[sound:": "]",
}  # fmt: skip
_CLOSERS = {opener: re.compile(re.escape(closer), re.IGNORECASE) for opener, closer in _CLOSER.items()}
_OPENER = re.compile(r"\\\(|\\\[|\[\$\]|\[\$\$\]|\[latex\]|\[sound:", re.IGNORECASE)
_GAP = "\x00"  # stands for what no formula reaches over; cleaned text has none
_ENVIRONMENT = re.compile(
    r"\s*\\begin\{(equation|align|gather|displaymath|math)\*?\}(.*)\\end\{\1\*?\}\s*", re.S
)


class Kind(Enum):
    """What a run is."""

    TEXT = auto()
    CODE = auto()
    MATH = auto()
    DISPLAY = auto()
    BREAK = auto()
    IMAGE = auto()


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a paragraph; `styles` from the outermost. The text of an image is its address, `alt` aside.

    A `literal` text is one that MathJax is told to leave alone.
    """

    kind: Kind
    text: str = ""
    styles: tuple[str, ...] = ()
    alt: str = ""
    literal: bool = False


def gather_runs(nodes: Iterable[Element | str], styles: tuple[str, ...] = ()) -> list[Run]:
    """Return the runs of inline nodes; blocks among them stand between breaks."""
    return _find_specials(list(_once(_runs(nodes, styles, literal=False))))


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


def add_styles(styles: tuple[str, ...], more: Iterable[str]) -> tuple[str, ...]:
    """Return `styles` and those of `more` that are not among them; a link within a link is none."""
    for style in more:
        has_link = any(each.startswith(LINK) for each in styles)
        if style not in styles and not (style.startswith(LINK) and has_link):
            styles = (*styles, style)
    return styles


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


def media_name(address: str) -> str:
    """Return the name of a file of the collection's that an address means, "" where it is none."""
    name = unquote(address.strip())
    return name if _LOCAL.fullmatch(name) and "/" not in name and "\\" not in name else ""


def _runs(nodes: Iterable[Element | str], styles: tuple[str, ...], *, literal: bool) -> Iterator[Run]:
    for node in nodes:
        if isinstance(node, str):
            yield Run(Kind.TEXT, node, styles, literal=literal)
            continue
        match node.tag:
            case "br":
                yield Run(Kind.BREAK, "", styles)
            case "img":
                yield from _image(node, styles)
            case "audio" | "video":
                yield from _sound(node, styles)
            case "anki-mathjax" | "math":
                yield _math(node, styles)
            case "sub" | "sup":
                yield from _script(node, styles)
            case tag if tag in _CODE:
                yield Run(Kind.CODE, text_of(node.children, " "), styles)
            case _:
                yield from _styled(node, styles, literal)


def _math(node: Element, styles: tuple[str, ...]) -> Run:
    if node.tag == "math":
        is_display, tex = node.attributes.get("display") == "block", tex_of_math(node)
    else:
        is_display, tex = node.attributes.get("block") == "true", text_of(node.children)
    return Run(Kind.DISPLAY if is_display else Kind.MATH, tex, styles)


def _styled(node: Element, styles: tuple[str, ...], literal: bool) -> Iterator[Run]:
    is_apart = node.is_block
    classes = node.attributes.get("class", "").split()
    if KATEX_DRAWING in classes:
        return
    ignored = literal or MATHJAX_IGNORES in classes
    if is_apart:
        yield Run(Kind.BREAK, "", styles)
    yield from _runs(node.children, add_styles(styles, style_of(node)), literal=ignored)
    if is_apart:
        yield Run(Kind.BREAK, "", styles)


def _image(node: Element, styles: tuple[str, ...]) -> Iterator[Run]:
    address = node.attributes.get("src", "").strip()
    alt = " ".join(node.attributes.get("alt", "").split())
    if name := media_name(address):
        yield Run(Kind.IMAGE, f"media/{name}", styles, alt)
    elif tex := tex_of_alt(alt):
        yield Run(Kind.MATH, tex, styles, alt)
    elif _ADDRESS.fullmatch(address):
        yield Run(Kind.IMAGE, address, styles, alt)
    elif alt or address.lower().startswith("data:"):
        yield Run(Kind.TEXT, f"[image: {alt}]" if alt else "[image]", styles)


def _sound(node: Element, styles: tuple[str, ...]) -> Iterator[Run]:
    addresses = [node.attributes.get("src", "")]
    addresses += [child.attributes.get("src", "") for child in node.children if isinstance(child, Element)]
    name = next(filter(None, map(media_name, addresses)), "")
    if name:
        yield Run(Kind.IMAGE, f"media/{name}", styles)


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


def _find_specials(runs: Sequence[Run]) -> list[Run]:
    """Return the runs with math and sounds in the place of what stands for them in the text."""
    if not any("\\" in run.text or "[" in run.text for run in runs if run.kind is Kind.TEXT):
        return list(runs)
    row = "".join(map(_scanned, runs))
    spans = list(_spans(row))
    if not spans:
        return list(runs)
    result: list[Run] = []
    position, waiting = 0, iter([*spans, None])
    span = next(waiting)
    for run in runs:
        length = len(_scanned(run))
        start = position
        while span and span[0] < position + length:
            first, last, special = span
            if first >= start:
                result += _part(run, start - position, first - position)
                result.append(replace(special, styles=run.styles))
            start = max(start, min(last, position + length))
            if last > position + length:
                break
            span = next(waiting)
        result += _part(run, start - position, length)
        position += length
    return result


def _part(run: Run, start: int, end: int) -> Iterator[Run]:
    if run.kind is not Kind.TEXT:
        if start == 0 and end:
            yield run
    elif start < end:
        yield replace(run, text=run.text[start:end])


def _scanned(run: Run) -> str:
    if run.kind is Kind.TEXT:
        return _GAP * len(run.text) if run.literal else run.text
    return "\n" if run.kind is Kind.BREAK else _GAP


def _spans(row: str) -> Iterator[tuple[int, int, Run]]:
    """Yield start, end and run of each formula and sound; an end that is missing is searched for once."""
    position = 0
    missing: set[str] = set()
    while match := _OPENER.search(row, position):
        opener = match[0].lower()
        closer = None if opener in missing else _CLOSERS[opener].search(row, match.end())
        position = match.end()
        if closer is None:
            missing.add(opener)
            continue
        content = row[match.end() : closer.start()]
        special = _special(opener, content) if content.strip() and _GAP not in content else None
        if special is not None:
            position = closer.end()
            yield match.start(), position, special


def _special(opener: str, content: str) -> Run | None:
    match opener:
        case "[sound:":
            name = media_name(content)
            return Run(Kind.IMAGE, f"media/{name}") if name else None
        case "[latex]":
            return _latex(content)
        case "\\(" | "[$]":
            return Run(Kind.MATH, content)
    return Run(Kind.DISPLAY, content)


def _latex(content: str) -> Run:
    """Return the formula of a piece of LaTeX, which says itself where its math starts."""
    text = content.strip()
    for mark, kind in (("$$", Kind.DISPLAY), ("$", Kind.MATH)):
        inner = text[len(mark) : -len(mark)]
        if len(text) > 2 * len(mark) and text.startswith(mark) and text.endswith(mark) and "$" not in inner:
            return Run(kind, inner)
    if environment := _ENVIRONMENT.fullmatch(text):
        name, inner = environment[1], environment[2]
        return Run(Kind.DISPLAY, f"\\begin{{aligned}}{inner}\\end{{aligned}}" if name == "align" else inner)
    return Run(Kind.DISPLAY, text)
