r"""Anki's deletions in HTML as ours in Markdown.

Anki reads `{{c1::answer::hint}}` before HTML: the first `}}` ends it, the first `::` parts the hint. Ours
ends where its braces pair, and its hint is behind the last `::`. So each deletion goes through the conversion
between two marks, and is written afterwards, with the braces of its text as entities.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from quizzer.core.cloze import ClozeError, parse_cloze, strip_marks
from quizzer.markup.clean import clean
from quizzer.markup.escaping import MARKS
from quizzer.markup.from_html import from_html_line, from_marked_html

MAX_NUMBER = 499
MAX_DELETIONS = 500
_OPENING = re.compile(r"\{\{c(\d{1,9}(?:,\d{1,9})*)::")
_START, _END, _LEFT, _RIGHT = "\ufdd6", "\ufdd7", "\ufdd8", "\ufdd9"
_MARKED = re.compile(f"{_START}([^{_START}{_END}]*){_END}")
_OWN = re.compile(f"[{MARKS}]")
_MATH_OR_CODE = re.compile(
    r"(\\\(.*?\\\)|\\\[.*?\\\]|<(?:code|pre|anki-mathjax|math)\b.*?</(?:code|pre|anki-mathjax|math)>)", re.S
)
_LEFT_BRACE = re.compile(r"\{|&(?:#0{0,9}123|#[xX]0{0,9}7[bB]|lbrace|lcub);?")
_RIGHT_BRACE = re.compile(r"\}|&(?:#0{0,9}125|#[xX]0{0,9}7[dD]|rbrace|rcub);?")
_STYLE_TAG = re.compile(r"(<(/?)(a|b|cite|code|del|em|font|i|s|span|strike|strong|u)\b[^<>]{0,1000}>)", re.I)
_TAG = re.compile(r"(<[^>]*>)")


class DeletionError(ValueError):
    """The deletions cannot be ours; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class _Deletion:
    number: int
    hint: str
    start: int
    content_start: int
    content_end: int
    end: int


def cloze_from_anki(html: str) -> str:
    """Return the text of a cloze note as Markdown with our deletions.

    Raises:
        DeletionError: If it has none, or one that we cannot write.
    """
    source = _OWN.sub("", strip_marks(clean(html)))
    deletions = list(_deletions(source))
    if not deletions:
        raise DeletionError(
            "its text hides nothing: mark in Anki what is to be recalled, as in {{c1::answer}}"
        )
    if len(deletions) > MAX_DELETIONS:
        raise DeletionError(f"it has more than {MAX_DELETIONS} deletions: part the note in Anki")
    parts: list[str] = []
    position = 0
    for deletion in deletions:
        content = source[deletion.content_start : deletion.content_end]
        before, content, after = _whole_styles(content)
        parts += source[position : deletion.start], before, _START, content, _END, after
        position = deletion.end
    markdown = from_marked_html(_braces("".join((*parts, source[position:]))))
    return _checked(_write(markdown, deletions), deletions)


def _deletions(source: str) -> Iterator[_Deletion]:
    position = 0
    while opening := _OPENING.search(source, position):
        close = source.find("}}", opening.end())
        if close < 0:
            return
        content = source[opening.end() : close]
        if "," in opening[1]:
            raise DeletionError(
                f"its deletion {opening[0]} has two numbers, which ours cannot: part it in Anki"
            )
        if _OPENING.search(content):
            raise DeletionError(
                f"its deletion c{opening[1]} holds another one, which ours cannot: part them in Anki"
            )
        number = int(opening[1])
        if not 0 < number <= MAX_NUMBER:
            raise DeletionError(f"its deletion has the number {number}, c1 to c{MAX_NUMBER} were expected")
        # Braces of TeX that Anki left behind the end belong to the formula in it.
        spare = 0
        while source.startswith("}", close + 2 + spare) and _depth(content) > spare:
            spare += 1
        end = close + spare
        answer, _, hint = source[opening.end() : end].partition("::")
        yield _Deletion(
            number, _hint(hint), opening.start(), opening.end(), opening.end() + len(answer), end + 2
        )
        position = end + 2


def _whole_styles(html: str) -> tuple[str, str, str]:
    """Return a deletion's HTML without tags of styles whose other half stands outside.

    Before and behind it these tags are returned, for the places where they cut through no deletion.
    """
    if "<" not in html:
        return "", html, ""
    pieces = _STYLE_TAG.split(html)  # text, then in turn a tag, its slash, its name, text
    opened: list[int] = []
    alone: set[int] = set()
    for i in range(1, len(pieces), 4):
        name = pieces[i + 2].lower()
        if not pieces[i + 1]:
            opened.append(i)
        elif opened and pieces[opened[-1] + 2].lower() == name:
            opened.pop()
        else:
            alone.add(i)
    before, after = "".join(pieces[i] for i in opened), "".join(pieces[i] for i in sorted(alone))
    kept = (pieces[i] for i in range(len(pieces)) if i % 4 < 2 and i not in alone and i not in opened)
    return before, "".join(kept), after


def _depth(text: str) -> int:
    """Return how many braces are left open."""
    return text.count("{") - text.count("}")


def _hint(html: str) -> str:
    """Return a hint as a line in which nothing ends the deletion."""
    hint = from_html_line(html).replace("::", ":&#58;")
    if "$" in hint or "`" in hint:  # where an entity would be read as it stands
        return hint.replace("{{", "{ {").replace("}}", "} }")
    return hint.replace("{", "&#123;").replace("}", "&#125;")


def _braces(html: str) -> str:
    """Put marks in the place of the braces of the text, not of those in formulas, code and tags."""
    parts = _MATH_OR_CODE.split(html)
    for i in range(0, len(parts), 2):
        pieces = _TAG.split(parts[i])
        pieces[::2] = [_RIGHT_BRACE.sub(_RIGHT, _LEFT_BRACE.sub(_LEFT, piece)) for piece in pieces[::2]]
        parts[i] = "".join(pieces)
    return "".join(parts)


def _write(markdown: str, deletions: list[_Deletion]) -> str:
    """Return the Markdown with deletions in the place of their marks."""
    waiting = iter(deletions)

    def written(match: re.Match[str]) -> str:
        deletion = next(waiting)
        answer = match[1].strip().replace(_LEFT, "&#123;").replace(_RIGHT, "&#125;")
        hint = f"::{deletion.hint}" if deletion.hint or "::" in answer else ""
        # A brace of TeX at the end must not count to those that end the deletion.
        return f"{{{{c{deletion.number}::{answer}{hint}}}}}"

    text = _MARKED.sub(written, markdown)
    text = re.sub(f"{_LEFT}(?={_LEFT}c\\d)", "&#123;", text)
    return _OWN.sub("", text.replace(_LEFT, "{").replace(_RIGHT, "}"))


def _checked(markdown: str, deletions: list[_Deletion]) -> str:
    """Return the Markdown if our parser reads these deletions in it."""
    try:
        found = [(each.number, each.hint) for each in parse_cloze(markdown)]
    except ClozeError as error:
        raise DeletionError(f"{error} once it is Markdown: simplify its HTML in Anki") from error
    if found != [(each.number, each.hint.strip()) for each in deletions]:
        raise DeletionError("its deletions cut through code, formulas or links: simplify its text in Anki")
    return markdown
