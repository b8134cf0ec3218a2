r"""Our cloze deletions as Anki's, in HTML.

A deletion is marked before Markdown is read and written out afterwards, so that its `{{c1::` meets neither
Markdown nor TeX. There are two kinds of marks: those of `markup.marks`, which change nothing of how a text is
read but do not reach TeX and blocks of code, and private letters, which go everywhere. What neither carries
through in one piece, such as a deletion that ends in the middle of a bold word, is listed below the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import Enum, auto

from quizzer.core.cloze import BOLD_END, BOLD_START, GUARD, Deletion, embolden, parse_cloze, strip_marks
from quizzer.markup.clean import clean
from quizzer.markup.html import (
    ShowImage,
    escape_text,
    label_image,
    plain_text,
    render_html,
    render_html_inline,
    render_html_marked,
    render_tex,
)
from quizzer.markup.marks import FIRST_DIGIT

# The private letters of `markup.highlight.PLACES`: sixteen digits, a start and an end.
_FIRST_LETTER = 0x10FF00
_START, _END = "\U0010ff10", "\U0010ff11"
_PRIVATE = re.compile("[\U0010ff00-\U0010ff1f]")
_FALSE_START = re.compile(r"\{(?=\{c\d+::)")

_MARKED = re.compile(f"([\ufde0-\ufdef]+){BOLD_START}(.*?){BOLD_END}", re.DOTALL)
_LETTERED = re.compile(f"([\U0010ff00-\U0010ff0f]+){_START}(.*?){_END}", re.DOTALL)
_LEFT_OVER = re.compile("[\ufdd3-\ufdd5\ufde0-\ufdef\U0010ff00-\U0010ff1f]")
_NEXT_LINE = re.compile(
    f"(?P<number>[\ufde0-\ufdef]+){BOLD_START}(?P<text>[^{BOLD_END}]*){BOLD_END}(?P<gap>\\s+)(?P=number){BOLD_START}"
)
_MATH = re.compile(r"(\\\(.*?\\\)|\\\[.*?\\\])", re.DOTALL)
_TAGS = re.compile(r"(<[^>]*>)")
_SHOWN = re.compile(r"<(?:img|sound) ")
_TAG = re.compile(r"<(/?)(\w+)[^>]*>")
_ROUNDS = 6
_WITHOUT_END = {"br", "hr", "img", "sound"}
_ARGUMENT = re.compile(r"([\^_}]|\\[A-Za-z]+)\s*$")
_BREAK = "<!-- -->"
"""Parts what Anki would read together, and does not show; its manual advises it."""


class _Way(Enum):
    """How a deletion goes through Markdown."""

    MARKS = auto()
    LETTERS = auto()
    LIST = auto()


_MARK_OF = {_Way.MARKS: BOLD_START, _Way.LETTERS: _START}


def cloze_to_anki(markdown: str, show_image: ShowImage = label_image) -> str:
    """Return the text of a cloze note as HTML with Anki's deletions."""
    markdown = strip_marks(markdown)
    deletions = parse_cloze(markdown)
    ways = [_Way.MARKS] * len(deletions)
    html = _render(markdown, deletions, ways, show_image)
    # One that goes another way can change how the text around another one is read.
    for _ in range(_ROUNDS):
        lost = list(_lost(html, deletions, ways))
        if not lost:
            break
        for i in lost:
            ways[i] = _Way.LETTERS if ways[i] is _Way.MARKS else _Way.LIST
        html = _render(markdown, deletions, ways, show_image)
    else:
        ways = [_Way.LIST] * len(deletions)
        html = _render(markdown, deletions, ways, show_image)
    listed = [deletion for deletion, way in zip(deletions, ways, strict=True) if way is _Way.LIST]
    return _write(html, deletions) + _list(listed, show_image)


def _render(markdown: str, deletions: Sequence[Deletion], ways: Sequence[_Way], show_image: ShowImage) -> str:
    parts: list[str] = []
    position = 0
    for i, (deletion, way) in enumerate(zip(deletions, ways, strict=True)):
        parts += _foreign(markdown[position : deletion.start]), _sent(i, deletion, way)
        position = deletion.end
    source = "".join((*parts, _foreign(markdown[position:]))).strip("\n")
    return _FALSE_START.sub(f"{{{_BREAK}", render_html_marked(source, show_image))


def _sent(i: int, deletion: Deletion, way: _Way) -> str:
    answer = _foreign(deletion.answer)
    match way:
        case _Way.MARKS:
            return embolden(answer).replace(BOLD_START, _number(i, FIRST_DIGIT) + BOLD_START)
        case _Way.LETTERS:
            return f"{_number(i, _FIRST_LETTER)}{_START}{answer}{_END}"
        case _Way.LIST:
            return f"[{_foreign(deletion.hint) or '...'}]{GUARD}"


def _lost(html: str, deletions: Sequence[Deletion], ways: Sequence[_Way]) -> Iterator[int]:
    """Yield the numbers of the deletions of which not all has come through Markdown."""
    pieces: dict[str, list[str]] = {}
    for pattern in (_MARKED, _LETTERED):
        for number, piece in pattern.findall(html):
            pieces.setdefault(number, []).append(piece)
    for i, (deletion, way) in enumerate(zip(deletions, ways, strict=True)):
        if way is _Way.LIST:
            continue
        found = pieces.get(_number(i, FIRST_DIGIT if way is _Way.MARKS else _FIRST_LETTER), [])
        if len(found) != _sent(i, deletion, way).count(_MARK_OF[way]) or not all(map(_is_whole, found)):
            yield i


def _is_whole(piece: str) -> bool:
    """Say whether the piece of HTML shows something, holds no other mark and ends all that it starts."""
    if _LEFT_OVER.search(piece) or not (_SHOWN.search(piece) or _TAGS.sub("", piece).strip()):
        return False
    if re.search(r"\\[()\[\]]", _MATH.sub("", piece)):
        return False
    names: list[str] = []
    for is_end, name in _TAG.findall(piece):
        if not is_end and name not in _WITHOUT_END:
            names.append(name)
        elif is_end and (not names or names.pop() != name):
            return False
    return not names


def _write(html: str, deletions: Sequence[Deletion]) -> str:
    """Return the HTML with Anki's deletions in the place of all marks."""

    def written(number: str, base: int, piece: str) -> str:
        return _deletion(deletions[_read(number, base)], piece)

    parts = _MATH.split(html)
    parts[1::2] = [_write_math(tex, deletions) for tex in parts[1::2]]
    html = "".join(parts)
    while (joined := _NEXT_LINE.sub(rf"\g<number>{BOLD_START}\g<text>\g<gap>", html)) != html:
        html = joined
    html = _MARKED.sub(lambda match: written(match[1], FIRST_DIGIT, match[2]), html)
    html = _LETTERED.sub(lambda match: written(match[1], _FIRST_LETTER, match[2]), html)
    return re.sub(r"\{(?=\{\{c\d+::)", f"{{{_BREAK}", _LEFT_OVER.sub("", html))


def _write_math(tex: str, deletions: Sequence[Deletion]) -> str:
    """Return a formula with deletions in it: braces are parted by spaces, which TeX does not show."""
    parts: list[str] = []
    position = 0
    for match in _LETTERED.finditer(tex):
        deletion = deletions[_read(match[1], _FIRST_LETTER)]
        before = tex[position : match.start()]
        hint = f"::{_tex_hint(deletion.hint)}" if deletion.hint else ""
        space = " " if match[2].endswith("}") else ""
        written = f"{{{{c{deletion.number}::{match[2]}{space}{hint}}}}}"
        # `x^[...]` would be a power of a bracket.
        parts += before, f"{{ {written} }}" if _ARGUMENT.search(before) else written
        position = match.end()
    parts.append(tex[position:])
    return re.sub(r"\{(?=\{\{c\d+::)", "{ ", "".join(parts))


def _tex_hint(hint: str) -> str:
    text = clean(hint).strip("$")
    return render_tex(text if re.search(r"[\\{}^_$&#%~]", text) else f"\\text{{{text}}}") + " "


def _deletion(deletion: Deletion, piece: str) -> str:
    answer = _apart(piece.strip()) if _TAGS.match(piece.strip()) is None else _apart(piece)
    hint = f"::{_apart(render_html_inline(deletion.hint))}" if deletion.hint else ""
    return f"{{{{c{deletion.number}::{answer}{hint}}}}}"


def _apart(html: str) -> str:
    """Return HTML in which no two braces or colons stand side by side, nor one at its end."""
    parts = _TAGS.split(html)
    parts[1::2] = [tag.replace("}", "&#125;").replace(":", "&#58;") for tag in parts[1::2]]
    parts[::2] = [re.sub(r"\}(?=\})|:(?=:)", rf"\g<0>{_BREAK}", text) for text in parts[::2]]
    return "".join(parts) + (_BREAK if parts[-1].endswith(("}", ":")) else "")


def _list(deletions: Sequence[Deletion], show_image: ShowImage) -> str:
    items = [f"<li>{_deletion(deletion, _block(deletion.answer, show_image))}</li>" for deletion in deletions]
    return f'<ul class="deletions">{"".join(items)}</ul>' if items else ""


def _block(answer: str, show_image: ShowImage) -> str:
    """Return the answer as blocks; one that Markdown shows nothing of, such as an empty fence, as it is."""
    html = render_html(_foreign(answer), show_image)
    return html if _SHOWN.search(html) or plain_text(html) else escape_text(_foreign(answer).strip())


def _foreign(text: str) -> str:
    return _PRIVATE.sub("", clean(text))


def _number(i: int, base: int) -> str:
    return "".join(chr(base + int(digit, 16)) for digit in f"{i:x}")


def _read(number: str, base: int) -> int:
    return int("".join(f"{ord(digit) - base:x}" for digit in number), 16)
