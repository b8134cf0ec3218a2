"""The one cleaner that foreign text (decks, submissions, imports, child output) passes to a screen.

What is removed could move the cursor, set the clipboard, change a title, turn the reading direction
or hide text; what can be read stays. Every pattern is linear: no part of a text is scanned twice.
"""

from __future__ import annotations

import re
import unicodedata

from quizzer.core.cloze import strip_marks

CARD_LIMIT = 20_000
"""Characters of one card's text that are worth rendering: more than any answer needs."""

MARKS_LIMIT = 8
"""Combining marks on one letter; written languages need at most four."""

# Payloads stop at any control character, so that an unterminated one costs its introducer only.
_REMOVED = re.compile(
    r"""
      (?: \x1b\[ | \x9b ) [0-?]*+ [\ -/]*+ [@-~]    # CSI
    | (?: \x1b[\]PX^_] | [\x9d\x90\x98\x9e\x9f] )   # OSC, DCS, SOS, PM, APC
      [^\x00-\x08\x0a-\x1f\x7f-\x9f]{0,4096}+
      (?: \x07 | \x1b\\ | \x9c )
    | \x1b [\ -/]*+ [0-~]?                          # the other escapes
    | [\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]        # controls
    | [\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f]  # the reading direction
    | [\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]      # byte order mark, annotations, tags
    | [\ufdd0-\ufdd2\ufdd6-\ufdef\ufffe\uffff]       # no characters; the three of core.cloze stay
    """,
    re.VERBOSE,
)
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SURROGATES = re.compile("[\ud800-\udfff]")
# A run of marks longer than the limit lies in a run of such characters; the shorter ones need no look.
_MARKED = re.compile(r"[^\x00-\u02ff]{9,}")
_CLEAN = re.compile(r"[\n\t\x20-\x7e]*")

_FENCE = re.compile(r"^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*(`{3,}|~{3,})(.*)$", re.MULTILINE)
_NOTICE_LENGTH = 60


def clean(text: str) -> str:
    r"""Return `text` without anything but readable characters, `\n` and `\t`.

    Lone surrogates become U+FFFD, every kind of line end becomes a newline. The marks of `core.cloze`
    stay for the parser, which leaves none of them.
    """
    if _CLEAN.fullmatch(text):
        return text
    text = _SURROGATES.sub("\ufffd", _REMOVED.sub("", _BREAKS.sub("\n", text)))
    return _MARKED.sub(_cap_marks, text)


def clean_line(text: str) -> str:
    """Return `text` cleaned, as one line: runs of whitespace become one space."""
    return " ".join(clean(strip_marks(text)).split())


def shorten(text: str, limit: int) -> str:
    """Return at most `limit` characters of `text`, ended at a line or a word, the loss told in a last line.

    A code fence that the cut leaves open is closed. A limit below 100 counts as 100.
    """
    limit = max(limit, 100)
    if len(text) <= limit:
        return text
    kept = text[: _cut(text, limit - _NOTICE_LENGTH)].rstrip()
    fence = _open_fence(kept)
    if fence:
        kept = f"{kept}\n{fence}"
    return f"{kept}\n\n… {len(text) - len(kept):,} more characters are left out."


def prepare(text: str, limit: int = CARD_LIMIT) -> str:
    """Return `text` as every renderer takes it: cleaned, then shortened to `limit` characters."""
    return shorten(clean(text), limit)


def is_mark(character: str) -> bool:
    """Say whether the character is drawn on the one before it."""
    return unicodedata.category(character) in ("Mn", "Me")


def _cap_marks(match: re.Match[str]) -> str:
    kept = []
    marks = 0
    for character in match[0]:
        category = unicodedata.category(character)
        if category in ("Mn", "Me"):
            marks += 1
        elif category != "Cf":
            marks = 0
        if marks <= MARKS_LIMIT:
            kept.append(character)
    return "".join(kept)


def _cut(text: str, limit: int) -> int:
    """Return where to cut: after a line, else after a word, of the second half, else before a letter."""
    for separator in ("\n", " "):
        position = text.rfind(separator, limit // 2, limit)
        if position >= 0:
            return position
    for position in range(limit, limit - 2 * MARKS_LIMIT, -1):
        if unicodedata.category(text[position]) not in ("Mn", "Me", "Cf"):
            return position
    return limit


def _open_fence(text: str) -> str:
    """Return the line that closes the code fence `text` ends in, or an empty string."""
    fence = ""
    for match in _FENCE.finditer(text):
        marks, rest = match[1], match[2]
        if not fence:
            fence = "" if marks[0] == "`" and "`" in rest else marks
        elif marks[0] == fence[0] and len(marks) >= len(fence) and not rest.strip():
            fence = ""
    return fence
