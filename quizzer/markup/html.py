r"""Markdown as HTML for other programs: no text becomes a tag, TeX stays in `\(…\)` and `\[…\]`.

Whoever shows the result has to run MathJax. Its delimiters stand around formulas only: a backslash before
a bracket in text or code is written so that neither MathJax nor a search for `\(` sees one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from html import escape, unescape
from typing import TYPE_CHECKING

from quizzer.markup.clean import clean
from quizzer.markup.highlight import highlight
from quizzer.markup.media_label import label_media
from quizzer.markup.quick_html import render_quickly, render_quickly_inline

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_MARKS = re.compile("([\ufdd3-\ufdd5\ufde0-\ufdef]+)")
_DELIMITER = re.compile(r"\\(?=[()\[\]])")
_TWO_BRACES = re.compile(r"\}(?=\})")
_TAGS = re.compile(r"<[^>]*>")
_BLOCKS = {
    "blockquote": "blockquote",
    "bullet_list": "ul",
    "ordered_list": "ol",
    "list_item": "li",
    "table": "table",
    "thead": "thead",
    "tbody": "tbody",
    "tr": "tr",
    "th": "th",
    "td": "td",
    "strong": "strong",
    "em": "em",
    "s": "s",
}


ShowImage = Callable[[str, str], str]
"""Returns the HTML of an image, by its address and what it shows in words (or nothing)."""


def label_image(address: str, words: str) -> str:
    """Return what stands in the place of an image that is not shown."""
    return escape_text(label_media(address, words))


def render_html(markdown: str, show_image: ShowImage = label_image) -> str:
    """Return Markdown as blocks of HTML."""
    text = clean(markdown).strip("\n")
    html = render_quickly(text, escape_code, render_tex)
    return _render(_parser(False).parse(text), show_image) if html is None else html


def render_html_inline(markdown: str, show_image: ShowImage = label_image) -> str:
    """Return inline Markdown, as choices and points are, as HTML without blocks."""
    text = " ".join(clean(markdown).split())
    html = render_quickly_inline(text, escape_code, render_tex)
    return _render(_parser(False).parseInline(text), show_image) if html is None else html


def render_html_marked(markdown: str, show_image: ShowImage = label_image) -> str:
    """Return cleaned Markdown as blocks of HTML in which the marks of `markup.marks` still stand.

    Marks within TeX and blocks of code are gone, as are those in the address of a link.
    """
    return _render(_parser(True).parse(markdown), show_image)


def escape_text(text: str) -> str:
    """Return plain text as HTML."""
    # MathJax reads past tags and entities, but not into this class.
    html = escape(text, quote=False)
    return _DELIMITER.sub('<span class="tex2jax_ignore">&#92;</span>', html) if "\\" in html else html


def escape_code(text: str) -> str:
    """Return plain text as HTML within `code`, into which MathJax does not look."""
    html = escape(text, quote=False)
    return _DELIMITER.sub("&#92;", html) if "\\" in html else html


def render_tex(tex: str) -> str:
    """Return TeX as HTML, without two braces or colons side by side, which end a deletion in Anki."""
    return escape(_TWO_BRACES.sub("} ", tex).replace("::", ":{:}"), quote=False)


def plain_text(html: str) -> str:
    """Return what is to be read in HTML of ours, on one line."""
    return " ".join(unescape(_TAGS.sub("", html)).split())


def _render(tokens: Iterable[Token], show_image: ShowImage) -> str:
    return "".join(piece for token in tokens for piece in _pieces(token, show_image)).strip()


def _pieces(token: Token, show_image: ShowImage) -> Iterator[str]:
    name, _, end = token.type.rpartition("_")
    if name in _BLOCKS and end in ("open", "close"):
        yield _tag(token, _BLOCKS[name])
        return
    match token.type:
        case "inline":
            for child in token.children or ():
                yield from _pieces(child, show_image)
        case "paragraph_open" | "paragraph_close":
            yield "" if token.hidden else _tag(token, "p")
        case "heading_open" | "heading_close":
            yield _tag(token, "h3")
        case "fence" | "code_block":
            yield _code_block(token)
        case "math_block":
            yield f"<p>\\[{render_tex(token.content)}\\]</p>\n"
        case "hr":
            yield "<hr>\n"
        case _:
            yield _inline(token, show_image)


def _inline(token: Token, show_image: ShowImage) -> str:
    match token.type:
        case "softbreak":
            return "\n"
        case "hardbreak":
            return "<br>\n"
        case "code_inline":
            return f"<code>{escape_code(_clean(token.content))}</code>"
        case "math_inline":
            return f"\\({render_tex(token.content)}\\)"
        case "link_open":
            address = escape(_clean(str(token.attrGet("href") or "")))
            return f'<a href="{address}">'
        case "link_close":
            return "</a>"
        case "image":
            words = "".join(part.content for part in token.children or ())
            return show_image(_clean(str(token.attrGet("src") or "")), _clean(words))
        case _:
            return escape_text(_clean(token.content))


def _tag(token: Token, name: str) -> str:
    if token.nesting < 0:
        return f"</{name}>\n" if token.block else f"</{name}>"
    attributes = ""
    if name == "ol" and token.attrGet("start") is not None:
        attributes = f' start="{int(token.attrGet("start") or 1)}"'
    elif name in ("th", "td") and token.attrGet("style"):
        attributes = f' style="{escape(str(token.attrGet("style")))}"'
    return f"<{name}{attributes}>"


def _code_block(token: Token) -> str:
    language = _clean(token.info).split(maxsplit=1)[:1]
    code = highlight(_clean(token.content).rstrip("\n"), language[0] if language else "", escape_code)
    return f"<pre><code>{code}</code></pre>\n"


def _clean(text: str) -> str:
    """Clean what entities brought in, around marks of our own."""
    return "".join(part if i % 2 else clean(part) for i, part in enumerate(_MARKS.split(text)))


@cache
def _parser(with_marks: bool) -> MarkdownIt:
    # Not for text without any Markdown, which is most of what an unchanged export renders.
    from quizzer.markup.marks import SHOW_MARKS
    from quizzer.markup.parser import CLEAN_TOKENS, make_parser

    parser = make_parser(keep_math=True)
    if with_marks:
        parser.disable([SHOW_MARKS, CLEAN_TOKENS])
    return parser
