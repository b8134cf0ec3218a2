r"""Foreign HTML as Markdown of ours: what it shows is kept, what it runs is not.

Text that looks like Markdown is escaped. What Markdown has no word for (colours, sizes, cells over several
columns) is left out, its text stays. Images and sounds of the collection become `![alt](media/NAME)`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from quizzer.core.cloze import strip_marks
from quizzer.markup.clean import clean
from quizzer.markup.escaping import code_block
from quizzer.markup.html_runs import gather_runs, style_of, text_of
from quizzer.markup.html_table import captions_of, write_table
from quizzer.markup.html_tree import MAX_LENGTH, Element, parse_html
from quizzer.markup.inline_markdown import is_blank, write_inline, write_tex
from quizzer.markup.quick_markdown import quick_markdown
from quizzer.markup.runs import Kind, Run, add_styles

_LANGUAGE = re.compile(r"(?:^|\s)(?:language|lang|highlight|brush:)[-:]?\s*([A-Za-z0-9+#_.-]{1,30})")
_LIST_MARKS = (("-", "*"), (".", ")"))
# What shows its text alone, whatever stands in it.
_INLINE = frozenset(("anki-mathjax", "audio", "math", "sub", "sup", "video"))
_PARTING = frozenset((Kind.BREAK, Kind.DISPLAY))
MAX_LISTS = 12
"""Levels of lists and quotes that are written; deeper ones are given as lines."""


@dataclass(frozen=True, slots=True)
class _Block:
    """A block of Markdown; `needs_gap` says whether it cannot follow a paragraph at once."""

    text: str
    is_paragraph: bool = False
    needs_gap: bool = False


def from_html(html: str) -> str:
    """Return HTML as Markdown."""
    cleaned = strip_marks(clean(html))
    return quick_markdown(cleaned) or from_marked_html(cleaned)


def from_html_line(html: str) -> str:
    """Return HTML as Markdown on one line, as tags, choices and points are."""
    return write_inline(gather_runs(parse_html(strip_marks(clean(html))).children), one_line=True)


def list_from_html(html: str) -> tuple[str, ...]:
    """Return the items of a list in HTML, or its lines where it has none, each as Markdown on one line."""
    tree = parse_html(strip_marks(clean(html)))
    items = list(_items(tree))
    texts = (write_inline(gather_runs(item.children), one_line=True) for item in items)
    return tuple(text for text in texts if text) if items else tuple(from_html(html).split("\n\n"))


def plain_from_html(html: str) -> str:
    """Return what is to be read in HTML, on one line, as plain text."""
    cleaned = strip_marks(clean(html))
    if "<" not in cleaned and "&" not in cleaned:
        return " ".join(cleaned[:MAX_LENGTH].split())
    return " ".join(text_of(parse_html(cleaned).children, " ").split())


def from_marked_html(html: str) -> str:
    """Return cleaned HTML as Markdown; the characters `escaping.MARKS` go through unseen."""
    return _lay_out(_blocks(parse_html(html).children, (), 0), is_loose=True)


def _items(node: Element) -> Iterator[Element]:
    for child in node.children:
        if isinstance(child, Element):
            if child.tag == "li":
                yield child
            else:
                yield from _items(child)


def _lay_out(blocks: Sequence[_Block], *, is_loose: bool) -> str:
    parts: list[str] = []
    for i, block in enumerate(blocks):
        if i:
            parts.append("\n\n" if is_loose else "\n")
        parts.append(block.text)
    return "".join(parts)


def _blocks(nodes: Sequence[Element | str], styles: tuple[str, ...], depth: int) -> list[_Block]:
    """Return the blocks of nodes that stand within inline elements of the given styles."""
    found: list[_Block] = []
    lists = 0
    for is_apart, group in groupby(nodes, key=lambda node: isinstance(node, Element) and _stands_apart(node)):
        members = list(group)
        if not is_apart:
            paragraphs = list(_paragraphs(gather_runs(members, styles)))
            lists = 0 if paragraphs else lists
            found += paragraphs
            continue
        for node in members:
            assert isinstance(node, Element)
            blocks = list(_block(node, styles, depth, lists + 1))
            is_list = node.tag in ("ul", "ol")
            lists = (lists + 1 if is_list else 0) if blocks else lists
            found += blocks
    return found


def _stands_apart(node: Element) -> bool:
    return node.is_block or (node.has_block and node.tag not in _INLINE)


def _block(node: Element, styles: tuple[str, ...], depth: int, lists: int) -> Iterable[_Block]:
    """Return the blocks of one element; `lists` is its place among lists that follow each other, from 1."""
    match node.tag:
        case "ul" | "ol" if depth < MAX_LISTS:
            return _list(node, depth, lists)
        case "blockquote" if depth < MAX_LISTS:
            inner = _lay_out(_blocks(node.children, (), depth + 1), is_loose=True)
            return [_Block("\n".join(f"> {line}".rstrip() for line in inner.split("\n")))] if inner else []
        case "table":
            return _table(node, depth)
        case "pre" | "code" | "tt" | "kbd" | "samp":
            return _code(node)
        case "hr":
            return [_Block("___")]  # which no list takes for its mark
        case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
            text = write_inline(gather_runs(node.children), one_line=True)
            # A row of # at the end would be taken for its mark.
            text = re.sub(r"(#+)$", lambda match: f"\\{match[0]}", text)
            return [_Block(f"{'#' * int(node.tag[1])} {text}")] if text else []
    return _blocks(node.children, add_styles(styles, style_of(node)), depth)


def _table(node: Element, depth: int) -> Iterator[_Block]:
    for caption in captions_of(node):
        yield from _blocks(caption.children, (), depth)
    if table := write_table(node):
        yield _Block(table)


def _paragraphs(runs: Sequence[Run]) -> Iterator[_Block]:
    """Yield paragraphs: they end at a formula of its own and at a line without text."""
    if not any(run.kind in _PARTING for run in runs):
        yield from _paragraph(runs)
        return
    current: list[Run] = []
    breaks = 0
    for run in [*runs, Run(Kind.BREAK), Run(Kind.BREAK)]:
        if run.kind is Kind.DISPLAY:
            yield from _paragraph(current)
            yield _display(run.text)
            current, breaks = [], 0
        elif run.kind is Kind.BREAK:
            breaks += 1
            if breaks == 2:
                yield from _paragraph(current)
                current = []
            current.append(run)
        else:
            breaks = breaks if run.kind is Kind.TEXT and not run.text.strip() else 0
            current.append(run)


def _paragraph(runs: Sequence[Run]) -> Iterator[_Block]:
    if not is_blank(runs) and (text := write_inline(runs)):
        yield _Block(text, is_paragraph=True)


def _display(tex: str) -> _Block:
    lines = [line.strip() for line in tex.split("\n") if line.strip()]
    text = "\n".join(lines)
    if "$$" in text or "`" in text or len(lines) > 50 or text.endswith("\\"):
        return _Block(write_tex(text), is_paragraph=True)
    return _Block(f"$$\n{text}\n$$" if len(lines) > 1 else f"$${text}$$")


def _code(node: Element) -> Iterator[_Block]:
    text = text_of(node.children).rstrip("\n")
    if node.children and isinstance(node.children[0], str):
        text = text.removeprefix("\n")  # which HTML leaves out after `<pre>` alone
    inner = [child for child in node.children if isinstance(child, Element) and child.tag == "code"]
    classes = " ".join(each.attributes.get("class", "") for each in (node, *inner))
    language = _LANGUAGE.search(classes)
    if text.strip():
        yield _Block(code_block(text, language[1] if language else ""))


def _list(node: Element, depth: int, lists: int) -> Iterator[_Block]:
    items = [child for child in node.children if isinstance(child, Element) or child.strip()]
    if not items:
        return
    bodies = [_item(item, depth) for item in items]
    is_loose = any(map(_has_paragraph, items)) or any(map(_parts, bodies))
    is_ordered = node.tag == "ol"
    mark = _LIST_MARKS[is_ordered][(lists + 1) % 2]
    start = node.attributes.get("start", "")
    number = int(start) if is_ordered and start.isdecimal() and start.isascii() and len(start) < 8 else 1
    texts = []
    for i, body in enumerate(bodies):
        lead = f"{number + i}{mark} " if is_ordered else f"{mark} "
        inner = _lay_out(body, is_loose=is_loose)
        texts.append((lead + inner.replace("\n", "\n" + " " * len(lead))).rstrip())
    text = ("\n\n" if is_loose else "\n").join(re.sub(r"\n[ ]+(?=\n)", "\n", each) for each in texts)
    follows = not (is_ordered and number != 1) and bool(bodies[0])
    yield _Block(text, needs_gap=not follows)


def _item(item: Element | str, depth: int) -> list[_Block]:
    nodes: list[Element | str] = (
        list(item.children) if isinstance(item, Element) and item.tag == "li" else [item]
    )
    styles = style_of(item) if isinstance(item, Element) else ()
    return _blocks(nodes, styles, depth + 1)


def _has_paragraph(item: Element | str) -> bool:
    """Say whether an item holds a paragraph that is more than a formula."""
    children = item.children if isinstance(item, Element) else ()
    paragraphs = [child for child in children if isinstance(child, Element) and child.tag == "p"]
    return any(not text_of(each.children).lstrip().startswith("\\[") for each in paragraphs)


def _parts(body: Sequence[_Block]) -> bool:
    """Say whether the blocks of an item have to be parted by empty lines."""
    return any(
        before.is_paragraph and (block.is_paragraph or block.needs_gap) for before, block in pairwise(body)
    )
