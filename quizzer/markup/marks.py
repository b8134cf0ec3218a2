"""The marks of `core.cloze` on their way through the Markdown parser, which must not see them.

They are taken out before blocks are read, put back into the inline texts, and become `strong` tokens
where both ends stand in text beside each other; within math, code and links they are dropped. So a mark
beside a list's dash, a fence or an asterisk changes nothing. `prices` sends numbers through the same way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from markdown_it.rules_inline import emphasis, strikethrough
from markdown_it.token import Token

from quizzer.core.cloze import BOLD_END, BOLD_START, GUARD

if TYPE_CHECKING:
    from markdown_it.rules_core import StateCore
    from markdown_it.rules_inline import StateInline

    InlineRule = Callable[[StateInline, bool], bool]

SHOW_MARKS = "show_marks"
"""The rule that ends all marks."""

FIRST_DIGIT = 0xFDE0
"""The first of sixteen characters that number a place."""

_TAKEN = re.compile(f"[{BOLD_START}{BOLD_END}\ufde0-\ufdef]")
_MARKS = re.compile(f"[{BOLD_START}{BOLD_END}{GUARD}\ufde0-\ufdef]")
_BOLD = re.compile(f"([{BOLD_START}{BOLD_END}])")
_DELIMITERS = re.compile(r"\*+|_+|~+")
_HIDDEN = re.compile(rf"(\[[^\[\]]*\]){GUARD}")
_MARK = "mark"


class MarkedParser(MarkdownIt):
    """Markdown with marks: `add_mark_rules` completes it."""

    def normalizeLink(self, url: str) -> str:
        """Return the address of a link without the marks, which a host name would be encoded with."""
        return super().normalizeLink(without_marks(url))


def add_mark_rules(parser: MarkdownIt) -> None:
    """Make `parser` read texts with marks as it reads them without."""
    parser.core.ruler.before("block", "take_marks", _take_rule)
    parser.core.ruler.after("block", "put_marks", _put_rule)
    parser.core.ruler.push(SHOW_MARKS, _show_rule)
    parser.inline.ruler.at("emphasis", _past_marks(emphasis.tokenize))
    parser.inline.ruler.at("strikethrough", _past_marks(strikethrough.tokenize))


def without_marks(text: str) -> str:
    """Return a piece of a parsed text without marks."""
    return _MARKS.sub("", text)


def tex_without_marks(tex: str) -> str:
    """Return TeX without marks; what is hidden in it becomes a group, as an argument has to be."""
    return without_marks(_HIDDEN.sub(r"{\1}", tex))


@dataclass(slots=True)
class _Taken:
    """The lines of a source without marks, and the marks of each with their columns."""

    lines: list[str] = field(default_factory=list)
    marks: dict[int, list[tuple[int, str]]] = field(default_factory=dict)
    ends: dict[int, int] = field(default_factory=dict)

    def take(self, line: str) -> None:
        """Add a line."""
        for i, match in enumerate(_TAKEN.finditer(line)):
            self.marks.setdefault(len(self.lines), []).append((match.start() - i, match[0]))
        self.lines.append(_TAKEN.sub("", line))

    def put(self, number: int, text: str, *, is_cell: bool) -> str:
        """Return `text`, which stands in the line `number`, with its marks.

        Marks before and after it on the line, beside a list's dash, come to stand at its ends.
        """
        marks = self.marks.get(number)
        bare = text.strip()
        if not marks or not bare:
            return text
        line = self.lines[number]
        start = line.find(bare, self.ends.get(number, 0)) if is_cell else line.rfind(bare)
        if start < 0:
            return text
        end = start + len(bare)
        self.ends[number] = end
        parts: list[str] = []
        position = start
        while marks and (marks[0][0] <= end or not is_cell):
            column, mark = marks.pop(0)
            column = min(max(column, position), end)
            parts += line[position:column], mark
            position = column
        return "".join((*parts, line[position:end]))


def _take_rule(state: StateCore) -> None:
    if not _TAKEN.search(state.src):
        return
    taken = _Taken()
    for line in state.src.split("\n"):
        taken.take(line)
    state.src = "\n".join(taken.lines)
    state.env["marks"] = taken


def _put_rule(state: StateCore) -> None:
    taken: _Taken | None = state.env.pop("marks", None)
    if taken is None:
        return
    before = ""
    for token in state.tokens:
        if token.type == "inline" and token.map is not None:
            is_cell = before in ("th_open", "td_open")
            lines = enumerate(token.content.split("\n"), token.map[0])
            token.content = "\n".join(taken.put(number, line, is_cell=is_cell) for number, line in lines)
        before = token.type


def _past_marks(rule: InlineRule) -> InlineRule:
    """Return the rule of a delimiter so that it looks past marks at the letters beside it."""

    def look_past(state: StateInline, silent: bool) -> bool:
        source, start = state.src, state.pos
        run = _DELIMITERS.match(source, start)
        if run is None:
            return False
        end = run.end()
        if not _MARKS.match(source, end) and not (start and _MARKS.match(source, start - 1)):
            return rule(state, silent)
        # At the inner side of a mark the deletion's edge is an edge for its own emphasis, too.
        left = " " if start and source[start - 1] == BOLD_START else letter_before(source, start)
        right = " " if source.startswith(BOLD_END, end) else letter_after(source, end)
        state.src = source[: max(start - 1, 0)] + (left if start else "") + source[start:end]
        state.src += right + source[end + 1 :] if end < len(source) else ""
        try:
            return rule(state, silent)
        finally:
            state.src = source

    return look_past


def letter_before(text: str, position: int) -> str:
    """Return the character before `position` that is no mark, a blank at the start."""
    while position and _MARKS.match(text, position - 1):
        position -= 1
    return text[position - 1] if position else " "


def letter_after(text: str, position: int) -> str:
    """Return the character from `position` on that is no mark, a blank at the end."""
    while _MARKS.match(text, position):
        position += 1
    return text[position : position + 1] or " "


def _show_rule(state: StateCore) -> None:
    for token in state.tokens:
        if token.children and any(_BOLD.search(child.content) for child in token.children):
            token.children = _emboldened(token.children)
        _clear(token)


def _clear(token: Token) -> None:
    is_math = token.type.startswith("math")
    token.content = tex_without_marks(token.content) if is_math else without_marks(token.content)
    token.info = without_marks(token.info)
    for name, value in token.attrs.items():
        if isinstance(value, str):
            token.attrs[name] = without_marks(value)
    for child in token.children or ():
        _clear(child)


def _emboldened(tokens: list[Token]) -> list[Token]:
    """Return the tokens with pairs of marks as `strong`; both ends stand in one emphasis or link."""
    pieces = [piece for token in tokens for piece in _pieces(token)]
    path: list[int] = []
    starts: dict[tuple[int, ...], int] = {}
    for i, piece in enumerate(pieces):
        if piece.nesting == 1:
            path.append(i)
        elif piece.nesting == -1 and path:
            path.pop()
        elif piece.type == _MARK and piece.content == BOLD_START:
            starts[tuple(path)] = i
        elif piece.type == _MARK and tuple(path) in starts:
            start = starts.pop(tuple(path))
            if start + 1 == i:
                continue
            pieces[start] = Token("strong_open", "strong", 1, markup="**")
            pieces[i] = Token("strong_close", "strong", -1, markup="**")
    return _levelled([piece for piece in pieces if piece.type != _MARK])


def _pieces(token: Token) -> Iterator[Token]:
    """Part a text at its marks, each of which becomes a token."""
    if token.type != "text" or not _BOLD.search(token.content):
        yield token
        return
    for part in _BOLD.split(token.content):
        if part:
            yield Token(_MARK if _BOLD.fullmatch(part) else "text", "", 0, content=part)


def _levelled(tokens: list[Token]) -> list[Token]:
    level = 0
    for token in tokens:
        level += min(token.nesting, 0)
        token.level = level
        level += max(token.nesting, 0)
    return tokens
