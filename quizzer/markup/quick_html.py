r"""Plain Markdown as HTML without the parser, which takes twenty times as long.

Most of what decks say is plain: paragraphs with `code`, **bold**, *slanted* and $math$, fences, blocks of
math, simple lists and tables. All else, and whatever could be read in two ways, is left to the parser:
`None` is returned, and a test holds both to the same result.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from quizzer.markup.dollars import is_formula
from quizzer.markup.highlight import highlight

BLOCK_MATH_LINES = 60
"""A longer block of math is none."""

# Marks, private letters, tabs, and blanks that are no spaces.
_UNUSUAL = re.compile(
    "[\t\ufdd0-\ufdef\U0010ff00-\U0010ff1f\xa0\x1c-\x1f\x85\u1680\u2000-\u200a\u202f\u205f\u3000]"
)
# What may be a mark in inline text, of which all else is itself in HTML.
_MARKS = r"\x00-\x09\x0b-\x1f!&*<>\\\]_`$~\x7f"
_CODE = r"[^`\n]+`(?!`)"
_MATH = r"(?!\$)(?:[^$`\n\\]|\\[^\n])+\$(?!\$)"
# Behind a mark: that it means nothing where it stands; a link would need "](".
_IDLE = r"(?<=!)(?!\[)|(?<=\])(?!\()|(?<=[A-Za-z0-9]_)(?=[A-Za-z0-9])|(?<=~)(?!~)"
_ENTITY = r"(?<=>)|(?<=&)(?=[ \n])|(?<=<)(?=[ =0-9])"
_INNER = rf"(?![\s*])(?:[^{_MARKS}]|[{_MARKS}](?:{_IDLE}|{_ENTITY})|`{_CODE}|\${_MATH})++(?<![\s*])"
_AFTER = r"(?=[\s,.;:)?!]|\Z)"
# First any mark, since the engine searches quickest for one of a set; then what it is, nothing if it is odd.
_PIECE = re.compile(
    rf"""[{_MARKS}](?:(?<=`)(?P<code>{_CODE})
    |(?<=\$)(?P<math>{_MATH})
    |(?<=\*)(?<![^\s(]\*)(?:\*(?P<strong>{_INNER})\*\*{_AFTER}|(?P<em>{_INNER})\*{_AFTER})
    |(?P<entity>{_ENTITY})
    |(?P<idle>{_IDLE})
    |)""".replace("\n    |", "|")
)
_ENTITIES = {">": "&gt;", "&": "&amp;", "<": "&lt;"}

# What a line of a paragraph may begin with, so that it begins nothing else.
_LINE = re.compile(r"""(?:[A-Za-z("'`$]|\*{1,2}(?![\s*])|\d(?!\d{0,8}[.)](?: |$))|[^\x00-\x7f])""")
_ENDS_PARAGRAPH = re.compile(r"```|\$\$|- (?=\S)|\Z")
_STARTS = frozenset("`$|-0123456789")  # of a block that is no paragraph
_FENCE = re.compile(r"```([A-Za-z0-9+_-]*)")
_BULLET = re.compile(r"- (?=\S)")
_NUMBER = re.compile(r"(\d{1,9})\. (?=\S)")
_RULER = re.compile(r"\|(?: ?:?-+:? ?\|)+")

Place = tuple[str, int]
"""HTML of a block, and the number of the line after it."""


class _NotPlainError(Exception):
    """The parser has to look."""


def render_quickly(
    text: str, escape_code: Callable[[str], str], render_tex: Callable[[str], str]
) -> str | None:
    """Return clean Markdown as blocks of HTML, None where the parser has to look."""
    if _is_unusual(text):
        return None
    return _Quick(escape_code, render_tex).blocks(text.split("\n"))


def render_quickly_inline(
    text: str, escape_code: Callable[[str], str], render_tex: Callable[[str], str]
) -> str | None:
    """Return clean inline Markdown on one line as HTML, None where the parser has to look."""
    if _is_unusual(text):
        return None
    try:
        return _Quick(escape_code, render_tex).inline(text)
    except _NotPlainError:
        return None


def _is_unusual(text: str) -> bool:
    # Of ASCII, tabs are the only ones that a clean text can hold.
    return "\t" in text or (not text.isascii() and _UNUSUAL.search(text) is not None)


class _Quick:
    def __init__(self, escape_code: Callable[[str], str], render_tex: Callable[[str], str]) -> None:
        self._escape_code = escape_code
        self._render_tex = render_tex

    def blocks(self, lines: list[str]) -> str | None:
        """Return all blocks."""
        html: list[str] = []
        number = 0
        try:
            while number < len(lines):
                if not lines[number]:
                    number += 1
                    continue
                piece, number = self._block(lines, number)
                html.append(piece)
        except _NotPlainError:
            return None
        return "".join(html).strip()

    def inline(self, text: str) -> str:
        """Return inline text."""
        return _PIECE.sub(self._written, text)

    def _written(self, match: re.Match[str]) -> str:
        content = match[0]
        match match.lastgroup:
            case "entity":
                return _ENTITIES[content]
            case "idle":
                return content
            case "code" if content[1] != " " and content[-2] != " ":
                return f"<code>{self._escape_code(content[1:-1])}</code>"
            case "math":
                return self._formula(match)
            case "strong" | "em" as kind:
                return f"<{kind}>{self.inline(match[kind])}</{kind}>"
            case _:
                raise _NotPlainError

    def _formula(self, match: re.Match[str]) -> str:
        text, start, end = match.string, match.start(), match.end()
        content = text[start + 1 : end - 1]
        before = text[start - 1] if start else " "
        if not is_formula(content, "$", before, text[end : end + 1] or " "):
            raise _NotPlainError
        return f"\\({self._render_tex(' '.join(content.split()))}\\)"

    def _block(self, lines: list[str], start: int) -> Place:
        line = lines[start]
        if line[0] not in _STARTS:
            return self._paragraph(lines, start)
        if line.startswith("```"):
            return self._fence(lines, start)
        if line.startswith("$$"):
            return self._math(lines, start)
        if line.startswith("|"):
            return self._table(lines, start)
        if _BULLET.match(line):
            return self._list(lines, start, _BULLET, "ul")
        if _NUMBER.match(line):
            return self._list(lines, start, _NUMBER, "ol")
        return self._paragraph(lines, start)

    def _paragraph(self, lines: list[str], start: int) -> Place:
        end = start + 1
        while end < len(lines) and not _ENDS_PARAGRAPH.match(lines[end]):
            end += 1
        return f"<p>{self.inline(_joined(lines[start:end]))}</p>\n", end

    def _fence(self, lines: list[str], start: int) -> Place:
        opening = _FENCE.fullmatch(lines[start])
        if opening is None:
            raise _NotPlainError
        for end in range(start + 1, len(lines)):
            if lines[end].lstrip().startswith("```"):
                if lines[end] != "```":
                    break
                code = "\n".join(lines[start + 1 : end]).rstrip("\n")
                return f"<pre><code>{highlight(code, opening[1], self._escape_code)}</code></pre>\n", end + 1
        raise _NotPlainError

    def _math(self, lines: list[str], start: int) -> Place:
        line = lines[start]
        if line != "$$":
            content, end = line[2:-2], start + 1
            if len(line) < 5 or not line.endswith("$$"):
                raise _NotPlainError
        else:
            last = min(len(lines), start + BLOCK_MATH_LINES)
            end = next((n + 1 for n in range(start + 1, last) if lines[n] == "$$"), 0)
            body = [each.strip() for each in lines[start + 1 : end - 1]]
            content = "\n".join(body)
            if not end or not all(body):
                raise _NotPlainError
        if "$" in content or content.endswith("\\") or not content.strip():
            raise _NotPlainError
        return f"<p>\\[{self._render_tex(content.strip())}\\]</p>\n", end

    def _list(self, lines: list[str], start: int, mark: re.Pattern[str], name: str) -> Place:
        items: list[list[str]] = []
        end = start
        indent = 0
        for end in range(start, len(lines) + 1):
            line = lines[end] if end < len(lines) else ""
            if match := mark.match(line):
                items.append([line[match.end() :]])
                indent = match.end()
            elif line.startswith(" " * indent) and line:
                items[-1].append(line[indent:])
            else:
                break
        # Text that goes on, a block within the last item, a list that an empty line makes loose.
        after = next((line for line in lines[end:] if line), "")
        if (end < len(lines) and lines[end]) or after.startswith(" ") or mark.match(after):
            raise _NotPlainError
        first = _NUMBER.match(lines[start])
        begin = f' start="{int(first[1])}"' if first and int(first[1]) != 1 else ""
        html = "".join(f"<li>{self.inline(_joined(item))}</li>\n" for item in items)
        return f"<{name}{begin}>{html}</{name}>\n", end

    def _table(self, lines: list[str], start: int) -> Place:
        end = start
        while end < len(lines) and lines[end]:
            line = lines[end]
            if not (line.startswith("|") and line.endswith("|") and len(line) > 1) or "\\|" in line:
                raise _NotPlainError
            if "\\$" in line:
                raise _NotPlainError
            end += 1
        if end - start < 2 or not _RULER.fullmatch(lines[start + 1]):
            raise _NotPlainError
        styles = [_style(cell) for cell in _cells(lines[start + 1])]
        head = self._row(lines[start], "th", styles)
        rows = "".join(self._row(line, "td", styles) for line in lines[start + 2 : end])
        body = f"<tbody>{rows}</tbody>\n" if rows else ""
        return f"<table><thead>{head}</thead>\n{body}</table>\n", end

    def _row(self, line: str, name: str, styles: list[str]) -> str:
        cells = _cells(line)
        if len(cells) != len(styles):
            raise _NotPlainError
        html = "".join(
            f"<{name}{style}>{self.inline(cell)}</{name}>\n"
            for cell, style in zip(cells, styles, strict=True)
        )
        return f"<tr>{html}</tr>\n"


def _joined(lines: list[str]) -> str:
    """Return the lines of a paragraph, each of which begins nothing else."""
    for line in lines:
        if not _LINE.match(line) or line[-1] == " ":
            raise _NotPlainError
    return "\n".join(lines)


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line[1:-1].split("|")]


def _style(ruler: str) -> str:
    side = {(True, True): "center", (True, False): "left", (False, True): "right"}
    found = side.get((ruler.startswith(":"), ruler.endswith(":")))
    return f' style="text-align:{found}"' if found else ""
