r"""Plain text as Markdown that shows it as it is.

A backslash before a bracket would start a formula (`\(`, `\[`), so a bracket that would end a link is written
as an entity; everything else that could be a mark gets a backslash.
"""

from __future__ import annotations

import re

MARKS = "\ufdd6-\ufddf"
"""Characters, for a character class, that a reader of clozes sends through; nothing is seen between them."""

MARK_CHARACTERS = "".join(map(chr, range(0xFDD6, 0xFDE0)))
"""The same, in a row."""

_SPECIAL = re.compile(
    rf"""
      \\(?=[!-/:-@\[-`{{-~\n{MARKS}]|$)    # before what it would take away
    | `
    | \*(?!(?<=[ \n]\*)[ ])                # not one that stands alone
    | (?<![^\W_])_|_(?![^\W_])             # within a word it is no mark
    | ~(?=~)|(?<=~)~
    | <(?=[A-Za-z])
    | &(?=\#?[A-Za-z0-9]+;)
    | \$
    | \](?=[{MARKS}]*[(\[:])              # what would end a link, or the name of one
    """,
    re.VERBOSE,
)
_AMOUNT = re.compile(rf"\$[{MARKS}]*\d")
_ANY_SPECIAL = re.compile(r"[\\`*_~<&$\]]")
_ENTITIES = {"]": "&#93;", "&": "&amp;"}
_LINE = re.compile(
    rf"""
      ^(?P<before>[{MARKS}]*)
      (?:
        (?= [-+*](?:[ \t]|$) | \#{{1,6}}(?:[ \t]|$) | > | [-=:|][-=:|\ \t]*$ )
      | (?P<digits>\d{{1,9}})(?=[.)](?:[ \t]|$))
      )
    """,
    re.VERBOSE | re.MULTILINE,
)


def has_lone_dollar(text: str) -> bool:
    """Say whether a text has one dollar only, before which no backslash is needed: it is no amount either."""
    return text.count("$") == 1 and not _AMOUNT.search(text)


def escape_inline(text: str, *, keeps_dollar: bool = False) -> str:
    """Return a text within a paragraph as Markdown; a lone dollar in it may be kept as it is."""
    if not _ANY_SPECIAL.search(text):
        return text
    kept = "$" if keeps_dollar else ""
    return _SPECIAL.sub(
        lambda match: match[0] if match[0] == kept else _ENTITIES.get(match[0], f"\\{match[0]}"), text
    )


def escape_line_starts(markdown: str) -> str:
    """Return a paragraph in which no line starts a block: a list, a heading, a quote, a table."""
    return _LINE.sub(lambda match: f"{match['before']}{match['digits'] or ''}\\", markdown)


def code_span(text: str) -> str:
    """Return text as inline code; Markdown has no way to write an empty one."""
    text = " ".join(text.split("\n"))
    if not text.strip():
        return ""
    ticks = "`" * (_longest(text, "`") + 1)
    pad = " " if text[0] == "`" or text[-1] == "`" or (text[0] == text[-1] == " ") else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


def code_block(text: str, language: str) -> str:
    """Return text as a fenced block."""
    fence = "`" * max(3, _longest(text, "`") + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def _longest(text: str, character: str) -> int:
    return max(map(len, re.findall(f"{re.escape(character)}+", text)), default=0)
