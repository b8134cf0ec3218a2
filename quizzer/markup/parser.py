r"""The Markdown parser of all faces: CommonMark with tables, strikethrough and math, without HTML.

Math is `$…$`, `$$…$$`, `\(…\)` and `\[…\]`. A last rule turns it into tokens that any consumer of
markdown-it tokens knows, so that no widget needs to know about math:

- inline math becomes a `text` token, or a `code_inline` of its TeX where no line can show it,
- block math becomes a `fence`, its info "math" (rows to be shown as they are) or "latex" (the TeX),
- an image or a sound becomes a `text` such as `[image: a plot]`.

Dollars are a currency as often as math. The rules for them are our own, since those of the usual
plugin take `$6. ``$` for math, refuse `$x$` at the start of a text that ends with a digit, and let
block math run out of its list item.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it.rules_block import table

from quizzer.markup.clean import clean
from quizzer.markup.dollars import is_formula
from quizzer.markup.marks import (
    MarkedParser,
    add_mark_rules,
    letter_after,
    letter_before,
    tex_without_marks,
    without_marks,
)
from quizzer.markup.media_label import label_media
from quizzer.markup.tex import inline_math, math_rows

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.ruler import RuleOptionsType
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_core import StateCore
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

MATH_FENCE = "math"
"""The info of a fence that holds rows of drawn math."""

LATEX_FENCE = "latex"
"""The info of a fence that holds the TeX of a block that cannot be drawn."""

NESTING_LIMIT = 20
"""Levels of lists, quotes and marks; deeper blocks are left out, deeper marks are text."""

BLOCK_MATH_LINES = 60
"""A longer block is no formula; the bound keeps a page of `$$` from being searched line by line."""

BRACKETS_LIMIT = 400
"""A paragraph with more opening brackets has no links: looking for them takes the square of their number."""

CLEAN_TOKENS = "clean_tokens"
"""The rule that cleans what entities brought in."""

_CLOSERS = {"$$": "$$", "\\[": "\\]", "\\(": "\\)", "$": "$"}
_INTERRUPTED: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
_MATH_SPAN = re.compile(r"(?<![\\$])\$[^$`\n]+\$(?!\$)")
_RULER = re.compile(r"[-:|> \t]*\|[-:|> \t]*")
_BARS = {0xFDD0: "\\", 0xFDD1: "|", 0xFDD2: "|"}


def make_parser(*, keep_math: bool = False) -> MarkdownIt:
    """Return a parser; with `keep_math`, `math_inline` and `math_block` tokens hold the TeX (for exports).

    The text must be cleaned before; characters that entities such as `&#8238;` bring in are cleaned here.
    """
    parser = MarkedParser("commonmark", {"html": False, "maxNesting": NESTING_LIMIT})
    parser.enable(["table", "strikethrough"])
    parser.inline.ruler.before("escape", "math_inline", _inline_rule)
    parser.block.ruler.before("fence", "math_block", _block_rule, _INTERRUPTED)
    parser.block.ruler.at("table", _table_rule, {"alt": ["paragraph", "reference"]})
    parser.inline.ruler.before("link", "bracket", _bracket_rule)
    add_mark_rules(parser)
    parser.core.ruler.push(CLEAN_TOKENS, _clean_rule)
    if not keep_math:
        parser.core.ruler.push("show_math", _show_rule)
    return parser


def _inline_rule(state: StateInline, silent: bool) -> bool:
    opener = _opener(state.src, state.pos)
    if opener not in ("$", "$$", "\\("):
        return False
    start = state.pos + len(opener)
    closer = _CLOSERS[opener]
    end = _find_unescaped(state.src, closer, start, state.posMax)
    if end < 0 or not _is_formula(state.src, opener, start, end):
        return False
    if not silent:
        token = state.push("math_inline", "math", 0)
        token.content = " ".join(tex_without_marks(state.src[start:end]).split())
        token.markup = opener
    state.pos = end + len(closer)
    return True


def _block_rule(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    if state.is_code_block(start_line):
        return False
    begin = state.bMarks[start_line] + state.tShift[start_line]
    opener = _opener(state.src, begin)
    if opener not in ("$$", "\\["):
        return False
    lines = _block_lines(state, start_line, min(end_line, start_line + BLOCK_MATH_LINES), opener)
    if lines is None:
        return False
    if silent:
        return True
    state.line = start_line + len(lines)
    token = state.push("math_block", "math", 0)
    token.block = True
    token.content = "\n".join(lines).strip()
    token.markup = opener
    token.map = [start_line, state.line]
    return True


def _block_lines(state: StateBlock, start: int, end: int, opener: str) -> list[str] | None:
    """Return the block's lines without its delimiters, or None where it does not close at a line's end."""
    closer = _CLOSERS[opener]
    lines: list[str] = []
    for number in range(start, end):
        if number > start and (state.isEmpty(number) or state.sCount[number] < state.blkIndent):
            return None
        line = state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]].rstrip()
        if number == start:
            line = line[len(opener) :]
        close = _find_unescaped(line, closer, 0, len(line))
        if close >= 0:
            lines.append(line[:close])
            complete = close + len(closer) == len(line) and "".join(lines).strip()
            return lines if complete else None
        lines.append(line)
    return None


def _bracket_rule(state: StateInline, silent: bool) -> bool:
    if not state.src.startswith(("[", "!["), state.pos):
        return False
    counts: dict[str, int] = state.env.setdefault("brackets", {})
    if state.src not in counts:
        counts[state.src] = state.src.count("[")
    if counts[state.src] <= BRACKETS_LIMIT:
        return False
    if not silent:
        state.pending += state.src[state.pos]
    state.pos += 1
    return True


def _table_rule(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Read a table whose cells may hold `$p(x|y)$`: the bars of its math part no columns."""
    ruler = state.getLines(start_line + 1, start_line + 2, 0, False) if start_line + 1 < end_line else ""
    if not _RULER.fullmatch(ruler):
        return table(state, start_line, end_line, silent)
    source, count = state.src, len(state.tokens)
    if "guarded" not in state.env:
        state.env["guarded"] = _MATH_SPAN.sub(_guard_bars, source)
    state.src = state.env["guarded"]
    try:
        return table(state, start_line, end_line, silent)
    finally:
        state.src = source
        for token in state.tokens[count:]:
            token.content = token.content.translate(_BARS)


def _guard_bars(match: re.Match[str]) -> str:
    """Put stand-ins of the same length for the bars, so that every offset into the source holds."""
    if not _is_formula(match.string, "$", match.start() + 1, match.end() - 1):
        return match[0]
    return match[0].replace("\\|", "\ufdd0\ufdd1").replace("|", "\ufdd2")


def _opener(text: str, position: int) -> str:
    for opener in ("$$", "$", "\\(", "\\["):
        if text.startswith(opener, position):
            return opener
    return ""


def _find_unescaped(text: str, closer: str, start: int, end: int) -> int:
    position = text.find(closer, start, end)
    while position >= 0:
        before = position
        while before > start and text[before - 1] == "\\":
            before -= 1
        if (position - before) % 2 == 0:
            return position
        position = text.find(closer, position + 1, end)
    return -1


def _is_formula(text: str, opener: str, start: int, end: int) -> bool:
    content = without_marks(text[start:end])
    return is_formula(content, opener, letter_before(text, start - 1), letter_after(text, end + 1))


def _clean_rule(state: StateCore) -> None:
    for token in state.tokens:
        for part in (token, *(token.children or ())):
            part.content = clean(part.content)
            part.info = clean(part.info)
            for name, value in part.attrs.items():
                if isinstance(value, str):
                    part.attrs[name] = clean(value)


def _show_rule(state: StateCore) -> None:
    for token in state.tokens:
        if token.type == "math_block":
            _show_block(token)
        for child in token.children or ():
            if child.type == "math_inline":
                _show_inline(child)
            elif child.type == "image":
                _show_image(child)


def _show_inline(token: Token) -> None:
    line = inline_math(token.content)
    token.type = "text" if line is not None else "code_inline"
    token.tag = "" if line is not None else "code"
    token.content = token.content if line is None else line


def _show_image(token: Token) -> None:
    for part in token.children or ():
        if part.type == "math_inline":
            _show_inline(part)
    words = "".join(part.content for part in token.children or ())
    token.type, token.tag, token.children = "text", "", None
    token.content = label_media(str(token.attrGet("src") or ""), clean(words))
    token.attrs = {}


def _show_block(token: Token) -> None:
    rows = math_rows(token.content)
    token.type = "fence"
    token.tag = "code"
    token.info = LATEX_FENCE if rows is None else MATH_FENCE
    token.content = (token.content if rows is None else "\n".join(rows)) + "\n"
