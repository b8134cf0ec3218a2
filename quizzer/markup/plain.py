"""Markdown as plain lines, for screen readers, ssh, pipes and scripts: no boxes, no colour, no marks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from quizzer.markup.clean import clean_line, prepare
from quizzer.markup.parser import make_parser
from quizzer.markup.width import cell_width, cut_cells, pad_cells, wrap_cells

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_CODE_INDENT = "    "
_COLUMN_GAP = "  "
_NARROWEST = 20
_LINE_SOURCE_FACTOR = 20


def render_plain(markdown: str, width: int = 80) -> str:
    """Return Markdown as lines of at most `width` cells, without a newline at the end.

    Code, math and words longer than a line are not broken.
    """
    tokens = _parser().parse(prepare(markdown))
    return "\n".join(_Writer(tokens).blocks(max(width, _NARROWEST))).strip("\n")


def render_inline(markdown: str, width: int = 80, prefix: str = "") -> str:
    """Return inline Markdown, as choices and points are, as lines of at most `width` cells.

    Args:
        markdown: The text; "- 1" or "1986." in it is no list.
        width: Cells of a line, the prefix included.
        prefix: What stands before the first line, as it is; the others are indented as far.
    """
    text = _inline_text(prepare(markdown))
    indent = cell_width(prefix)
    lines = _wrapped(text, _within(width, indent)) or [""]
    return "\n".join(_prefixed(lines, prefix, " " * indent))


def plain_line(markdown: str, limit: int = 80) -> str:
    """Return inline Markdown, as choices and points are, as one line of at most `limit` cells."""
    # The beginning is enough for a line, and a list has many.
    return cut_cells(clean_line(_inline_text(prepare(markdown, limit * _LINE_SOURCE_FACTOR))), limit)


def inline_text(token: Token) -> str:
    """Return the text of an `inline` token: links as `text (url)`."""
    pieces: list[str] = []
    links: list[tuple[str, int]] = []
    for child in token.children or ():
        match child.type:
            case "softbreak":
                pieces.append(" ")
            case "hardbreak":
                pieces.append("\n")
            case "link_open":
                links.append((str(child.attrGet("href") or ""), len(pieces)))
            case "link_close":
                url, start = links.pop()
                if url and "".join(pieces[start:]) not in (url, url.removeprefix("mailto:")):
                    pieces.append(f" ({url})")
            case _:
                pieces.append(child.content)
    return "".join(pieces)


def _inline_text(markdown: str) -> str:
    return "".join(inline_text(token) for token in _parser().parseInline(markdown))


@cache
def _parser() -> MarkdownIt:
    return make_parser()


@dataclass(slots=True)
class _Writer:
    """Walks the tokens once; `position` is the next to read."""

    tokens: list[Token]
    position: int = 0

    def take(self) -> Token:
        token = self.tokens[self.position]
        self.position += 1
        return token

    def blocks(self, width: int, close: str = "", *, tight: bool = False) -> list[str]:
        """Return the lines of the blocks up to the token `close`, parted by empty lines unless `tight`."""
        lines: list[str] = []
        while self.position < len(self.tokens):
            token = self.take()
            if token.type == close:
                break
            block = self._block(token, width)
            if lines and block and not (tight or token.hidden):
                lines.append("")
            lines.extend(block)
        return lines

    def _block(self, token: Token, width: int) -> list[str]:
        match token.type:
            case "paragraph_open" | "heading_open":
                text = inline_text(self.take())
                self.take()
                return _wrapped(text, width)
            case "fence" | "code_block":
                return [(_CODE_INDENT + line).rstrip() for line in token.content.rstrip("\n").split("\n")]
            case "bullet_list_open" | "ordered_list_open":
                return self._list(token, width)
            case "blockquote_open":
                return _prefixed(self.blocks(_within(width, 2), "blockquote_close"), "> ", "> ")
            case "table_open":
                return _table_lines(list(self._rows()), width)
            case "hr":
                return ["---"]
            case _:
                return _wrapped(token.content, width)

    def _list(self, token: Token, width: int) -> list[str]:
        close = token.type.replace("_open", "_close")
        number = int(token.attrGet("start") or 1) if token.type == "ordered_list_open" else None
        tight = self._is_tight(token)
        lines: list[str] = []
        while self.take().type != close:
            mark = "- " if number is None else f"{number}. "
            item = self.blocks(_within(width, len(mark)), "list_item_close", tight=tight)
            if lines and not tight:
                lines.append("")
            lines.extend(_prefixed(item or [""], mark, " " * len(mark)))
            number = None if number is None else number + 1
        return lines

    def _is_tight(self, token: Token) -> bool:
        """Say whether the list's own paragraphs are hidden, as Markdown marks a list without empty lines."""
        for later in self.tokens[self.position :]:
            if later.level == token.level:
                break
            if later.type == "paragraph_open" and later.level == token.level + 2:
                return later.hidden
        return True

    def _rows(self) -> Iterator[list[str]]:
        row: list[str] = []
        while (token := self.take()).type != "table_close":
            if token.type == "inline":
                row.append(" ".join(inline_text(token).split()))
            elif token.type == "tr_close":
                yield row
                row = []


def _wrapped(text: str, width: int) -> list[str]:
    return [line for part in text.split("\n") for line in wrap_cells(part, width)]


def _within(width: int, indent: int) -> int:
    return max(width - indent, _NARROWEST)


def _prefixed(lines: list[str], first: str, rest: str) -> list[str]:
    return [((rest if i else first) + line).rstrip() for i, line in enumerate(lines)]


def _table_lines(rows: list[list[str]], width: int) -> list[str]:
    """Return columns side by side where they fit, else one line a cell, `column: cell`."""
    columns = max(len(row) for row in rows)
    widths = [max(cell_width(row[i]) for row in rows if i < len(row)) for i in range(columns)]
    if sum(widths) + len(_COLUMN_GAP) * (columns - 1) <= width:
        padded = [[pad_cells(cell, widths[i]) for i, cell in enumerate(row)] for row in rows]
        return [_COLUMN_GAP.join(row).rstrip() for row in padded]
    head, *body = rows
    lines: list[str] = []
    for row in body:
        if lines:
            lines.append("")
        for name, cell in zip(head, row, strict=False):
            lines.extend(_prefixed(wrap_cells(f"{name}: {cell}" if name else cell, width), "", "  "))
    return lines or _wrapped("; ".join(head), width)
