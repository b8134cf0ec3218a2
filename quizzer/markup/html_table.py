"""A table of foreign HTML as one of Markdown, which has one head and cells of one line.

A cell over several columns or rows stands in the first of them, and the others are empty: what is beside and
below it keeps its column.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator

from quizzer.markup.html_runs import gather_runs
from quizzer.markup.html_tree import Element
from quizzer.markup.inline_markdown import write_inline

MAX_COLUMNS = 40
MAX_ROWS = 20_000
"""More than a text of ours can have."""
_ALIGN = re.compile(r"text-align\s*:\s*(left|right|center)")
_RULES = {"": "---", "left": ":--", "right": "--:", "center": ":-:"}


def write_table(table: Element) -> str:
    """Return the table, "" where it has no cell."""
    rows = list(_spread(row for row in list(_rows(table))[:MAX_ROWS] if row))
    if not rows:
        return ""
    width = min(max(map(len, rows)), MAX_COLUMNS)
    is_headed = all(cell.tag == "th" for cell in rows[0])
    head = rows[0] if is_headed else []
    body = rows[1:] if is_headed else rows
    aligned = head or body[0]
    rules = [_RULES[_alignment(aligned[i]) if i < len(aligned) else ""] for i in range(width)]
    lines = [_line(map(_cell, head), width), _line(rules, width)]
    lines += [_line(map(_cell, row), width) for row in body]
    return "\n".join(lines)


def _rows(node: Element) -> Iterator[list[Element]]:
    """Yield the cells of each row; a table within a cell is part of the cell."""
    for child in node.children:
        if not isinstance(child, Element):
            continue
        if child.tag == "tr":
            cells = [each for each in child.children if isinstance(each, Element)]
            yield [each for each in cells if each.tag in ("td", "th")]
        elif child.tag in ("thead", "tbody", "tfoot", "div"):
            yield from _rows(child)


def captions_of(table: Element) -> Iterator[Element]:
    """Yield what stands above the table as its caption."""
    for child in table.children:
        if isinstance(child, Element) and child.tag == "caption":
            yield child


def _spread(rows: Iterable[list[Element]]) -> Iterator[list[Element]]:
    """Yield the rows with an empty cell wherever one beside or above them reaches to."""
    below: list[int] = []  # by column, how many more rows a cell from above takes
    for row in rows:
        spread: list[Element] = []
        waiting = deque(row)
        while len(spread) < MAX_COLUMNS and (waiting or any(below[len(spread) :])):
            column = len(spread)
            below += [0] * (column + 1 - len(below))
            if below[column] or not waiting:
                below[column] = max(0, below[column] - 1)
                spread.append(Element(row[0].tag))
                continue
            cell = waiting.popleft()
            columns = _span(cell, "colspan", MAX_COLUMNS)
            spread += [cell, *(Element(cell.tag) for _ in range(columns - 1))]
            below[column : column + columns] = [_span(cell, "rowspan", MAX_ROWS) - 1] * columns
        if waiting:  # what is beside the last column goes into it
            beside = [each for cell in waiting for each in (" ", *cell.children)]
            spread[MAX_COLUMNS - 1 :] = [Element(row[0].tag, {}, [*spread[-1].children, *beside])]
        yield spread[:MAX_COLUMNS]


def _span(cell: Element, name: str, most: int) -> int:
    digits = cell.attributes.get(name, "").strip()
    is_number = digits.isascii() and digits.isdecimal() and len(digits) < 6
    return min(max(int(digits), 1), most) if is_number else 1


def _alignment(cell: Element) -> str:
    found = _ALIGN.search(cell.attributes.get("style", ""))
    return found[1] if found else ""


def _cell(cell: Element) -> str:
    return write_inline(gather_runs(_with_marks(cell.children)), is_cell=True) if cell.children else ""


def _with_marks(nodes: Iterable[Element | str]) -> Iterator[Element | str]:
    """Yield what stands in a cell, with marks before the items of lists, which stand there on one line."""
    for node in nodes:
        if isinstance(node, str) or not node.has_block:
            yield node
            continue
        children = list(_with_marks(node.children))
        if node.tag in ("ul", "ol"):
            children = list(_marked(children, is_ordered=node.tag == "ol"))
        yield Element(node.tag, node.attributes, children, has_block=True)


def _marked(nodes: Iterable[Element | str], *, is_ordered: bool) -> Iterator[Element | str]:
    number = 0
    for node in nodes:
        if isinstance(node, Element) and node.tag == "li":
            number += 1
            mark = f"{number}. " if is_ordered else "• "
            node = Element("li", node.attributes, [mark, *node.children], has_block=node.has_block)
        yield node


def _line(cells: Iterable[str], width: int) -> str:
    texts = list(cells)
    return f"| {' | '.join([*texts[:width], *[''] * (width - len(texts))])} |"
