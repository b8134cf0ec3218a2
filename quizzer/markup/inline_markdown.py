r"""Runs of styled text as one paragraph of Markdown that means the same.

Emphasis is written with `*`, or with `_` where it touches another mark. Where CommonMark would take a mark
for text, since it stands between a letter and a sign, the letter is written as an entity, a sign too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from markdown_it.common.utils import isMdAsciiPunct, isPunctChar

from quizzer.markup.escaping import (
    MARK_CHARACTERS,
    MARKS,
    code_span,
    escape_inline,
    escape_line_starts,
    has_lone_dollar,
)
from quizzer.markup.runs import EMPHASIS, LINK, Kind, Run

_SPACES = re.compile("[ \t\n\r\f\u00a0]+")
_UNEVEN = re.compile("[\t\n\r\f\u00a0]|  ")
_HEAD = re.compile(f"[{MARKS}]*(.)", re.DOTALL)
_BARE_ADDRESS = re.compile(r"[^\s<>()\\]+")
_BREAK = "\\\n"


@dataclass(slots=True)
class _Piece:
    """A piece of a paragraph: a run, or (with `style`) the start or the end of a style."""

    run: Run
    style: str = ""
    is_end: bool = False
    keeps_dollar: bool = False

    @property
    def text(self) -> str:
        """The Markdown of a mark, of a link, of text."""
        if self.style.startswith(LINK):
            return f"]({_address(self.style[len(LINK) :])})" if self.is_end else "["
        if self.style:
            return self.style
        match self.run.kind:
            case Kind.TEXT:
                return escape_inline(self.run.text, keeps_dollar=self.keeps_dollar)
            case Kind.CODE:
                return code_span(self.run.text)
            case Kind.IMAGE:
                return f"![{_alt(self.run.alt)}]({_address(self.run.text)})"
            case Kind.BREAK:
                return _BREAK
        return "$"

    @property
    def first(self) -> str:
        """The first character that CommonMark looks at."""
        head = _HEAD.match(self.text)
        return head[1] if head else " "


def write_inline(runs: Sequence[Run], *, one_line: bool = False, is_cell: bool = False) -> str:
    """Return the runs as a paragraph; on one line where a heading or a cell has to be."""
    if len(runs) == 1 and runs[0].kind is Kind.TEXT and not runs[0].styles:
        text = _write_text(runs[0].text, one_line=one_line or is_cell, is_cell=is_cell)
        return text if one_line or is_cell else escape_line_starts(text)
    pieces = list(_nested(_joined(list(_tidy(runs, one_line=one_line or is_cell))), 0))
    _choose_marks(pieces)
    _keep_dollar(pieces)
    text = _join(pieces, is_cell=is_cell)
    return text if one_line or is_cell else escape_line_starts(text)


def _write_text(text: str, *, one_line: bool, is_cell: bool) -> str:
    """Return a text that stands alone, as most do: without pieces, which take five times as long."""
    text = _even(text, one_line=one_line).strip(" \n")
    text = escape_inline(text, keeps_dollar=has_lone_dollar(text))
    return text.replace("|", "\\|") if is_cell else text


def write_tex(tex: str, before: str = " ", after: str = " ") -> str:
    """Return a formula within a line; `before` and `after` are the characters beside it."""
    tex = " ".join(tex.split())
    if "`" in tex:
        return code_span(tex)
    # Beside digits, and where it could be a price, a dollar is read as a currency.
    is_open = tex.count("(") + tex.count("[") != tex.count(")") + tex.count("]")
    beside = before.isdigit() or after.isdigit() or before == "$" or after == "$"
    if "$" in tex or is_open or beside or tex[:1].isdigit() or tex.endswith("\\"):
        inner = tex.replace("\\)", "\\ )")
        return f"\\({inner}{' ' if tex.endswith(chr(92)) else ''}\\)"
    return f"${tex}$"


def is_blank(runs: Sequence[Run]) -> bool:
    """Say whether the runs show nothing."""
    return all(
        run.kind is Kind.BREAK or (run.kind is not Kind.IMAGE and not run.text.strip()) for run in runs
    )


def _tidy(runs: Sequence[Run], *, one_line: bool) -> Iterator[Run]:
    """Yield the runs without whitespace at their edges, and what parts them as runs of their own."""
    before: Run | None = None
    gap: Run | None = None
    for run in _joined(runs):
        if run.kind is Kind.BREAK:
            gap = Run(Kind.TEXT, " ", run.styles) if one_line else run
            continue
        head = tail = ""
        if run.kind is Kind.TEXT:
            text = _even(run.text, one_line=one_line)
            core = text.strip(" \n")
            if core != text:
                head, tail = text[: len(text) - len(text.lstrip(" \n"))], text[len(text.rstrip(" \n")) :]
            gap = gap or (Run(Kind.TEXT, head, run.styles) if head else None)
            if not core:
                continue
            if core != run.text:
                run = Run(Kind.TEXT, core, run.styles)
        elif is_blank([run]):
            continue
        if before and gap:
            styles = _common(_common(before.styles, gap.styles), run.styles)
            yield gap if gap.styles == styles else replace(gap, styles=styles)
        yield run
        before, gap = run, Run(Kind.TEXT, tail, run.styles) if tail else None


def _even(text: str, *, one_line: bool) -> str:
    """Return a text with one space, or one line end, wherever there is whitespace."""
    if not _UNEVEN.search(text):
        return text
    return _SPACES.sub(lambda match: "\n" if "\n" in match[0] and not one_line else " ", text)


def _common(styles: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    if styles == others:
        return styles
    count = next((i for i, pair in enumerate(zip(styles, others, strict=False)) if pair[0] != pair[1]), None)
    return styles[: min(len(styles), len(others)) if count is None else count]


def _joined(runs: Sequence[Run]) -> list[Run]:
    """Return the runs with texts, and pieces of code, of one style beside each other as one."""
    if len(runs) < 2:
        return list(runs)
    result: list[Run] = []
    for (kind, styles), group in groupby(runs, key=lambda run: (run.kind, run.styles)):
        members = list(group)
        if kind in (Kind.TEXT, Kind.CODE) and len(members) > 1:
            members = [Run(kind, "".join(run.text for run in members), styles)]
        result += members
    return result


def _nested(runs: Sequence[Run], depth: int) -> Iterator[_Piece]:
    """Yield the pieces of runs that share their first `depth` styles."""
    for style, group in groupby(runs, key=lambda run: run.styles[depth] if len(run.styles) > depth else ""):
        members = list(group)
        if style:
            yield _Piece(members[0], style)
            yield from _nested(members, depth + 1)
            yield _Piece(members[-1], style, is_end=True)
        else:
            yield from map(_Piece, members)


def _choose_marks(pieces: Sequence[_Piece]) -> None:
    """Write emphasis with `_` where an asterisk would stand beside another one."""
    starts: list[int] = []
    for i, piece in enumerate(pieces):
        if not piece.style:
            continue
        if not piece.is_end:
            starts.append(i)
            continue
        start = starts.pop()
        beside = (start - 1, start + 1, i - 1, i + 1)
        if piece.style == EMPHASIS and any(
            0 <= j < len(pieces) and j not in (start, i) and pieces[j].style.startswith("*") for j in beside
        ):
            piece.style = pieces[start].style = "_"


def _keep_dollar(pieces: Sequence[_Piece]) -> None:
    """Let a dollar stand as it is where no other one could make a formula with it."""
    shown = [piece for piece in pieces if not piece.style and piece.run.kind is not Kind.BREAK]
    with_dollar = [piece for piece in shown if "$" in piece.run.text or piece.run.kind is Kind.MATH]
    if len(with_dollar) == 1 and has_lone_dollar(with_dollar[0].run.text):
        with_dollar[0].keeps_dollar = True


def _join(pieces: Sequence[_Piece], *, is_cell: bool) -> str:
    out: list[str] = []
    as_entity = False
    for i, piece in enumerate(pieces):
        text = piece.text
        is_math = piece.run.kind in (Kind.MATH, Kind.DISPLAY) and not piece.style
        # Plain text does not ask what comes behind it.
        after = pieces[i + 1].first if i + 1 < len(pieces) and (is_math or piece.style) else " "
        if is_math:
            text = write_tex(piece.run.text, _last(out), after)
        elif piece.style.startswith(LINK) and not piece.is_end and _last(out) == "!":
            _change_last(out, "\\!")
        elif piece.style and not piece.is_end and not _opens(_last(out), after, piece.style):
            _change_last(out, f"&#{ord(_last(out))};")
        elif as_entity and not piece.style:
            text = _HEAD.sub(lambda match: f"{match[0][:-1]}&#{ord(match[1])};", text, count=1)
        as_entity = bool(piece.style and piece.is_end) and not _opens(after, _last(out), piece.style)
        if is_cell:
            # The bars of a formula between dollars part no columns.
            text = (
                text
                if is_math and text.startswith("$")
                else text.replace("|", "\\vert " if is_math else "\\|")
            )
        if text:
            out.append(text)
    return "".join(out)


def _last(out: Sequence[str]) -> str:
    """Return the last character that CommonMark looks at."""
    for text in reversed(out):
        if bare := text.rstrip(MARK_CHARACTERS):
            return bare[-1]
    return " "


def _change_last(out: list[str], new: str) -> None:
    for i in range(len(out) - 1, -1, -1):
        if bare := out[i].rstrip(MARK_CHARACTERS):
            out[i] = bare[:-1] + new + out[i][len(bare) :]
            return


def _opens(outside: str, inside: str, mark: str) -> bool:
    """Say whether CommonMark reads a mark between two characters as a start, or mirrored as an end."""
    if mark.startswith(LINK):
        return True
    if inside.isspace():
        return False
    if not outside.isspace() and not _is_sign(outside):
        return mark != "_" and not _is_sign(inside)
    return True


def _is_sign(character: str) -> bool:
    return isMdAsciiPunct(ord(character)) or isPunctChar(character)


def _alt(text: str) -> str:
    return escape_inline(text).replace("[", "&#91;").replace("]", "&#93;")


def _address(address: str) -> str:
    if _BARE_ADDRESS.fullmatch(address):
        return address
    return f"<{re.sub(r'([<>' + chr(92) * 2 + '])', chr(92) * 2 + '1', address)}>"
