"""Files in the fields of a note: Anki names them as they stand or percent-encoded, the package says which."""

from __future__ import annotations

import re
from collections.abc import Container
from html import escape

from quizzer.markup.html_tree import read_entities

_SOURCE = re.compile(
    r"""(<(?:img|audio|video|source)\b(?:"[^"]{0,2000}+"|'[^']{0,2000}+'|[^"'<>]){0,4000}?\ssrc\s{0,9}=\s{0,9})"""
    r"""("[^"]{0,2000}"|'[^']{0,2000}'|[^\s"'>]{1,2000}+)""",
    re.IGNORECASE,
)
_SOUND = re.compile(r"(\[sound:)([^\[\]<>]{1,500}+)(?=\])", re.IGNORECASE)


def encode_names(html: str, names: Container[str]) -> str:
    """Return a field in which files of the package whose names look percent-encoded are so indeed."""
    if "%" not in html:
        return html

    def encoded(match: re.Match[str], quote: str) -> str:
        name = read_entities(match[2].strip("\"'")).strip()
        if "%" not in name or name not in names:
            return match[0]
        return f"{match[1]}{quote}{escape(name.replace('%', '%25'))}{quote}"

    html = _SOURCE.sub(lambda match: encoded(match, '"'), html)
    return _SOUND.sub(lambda match: encoded(match, ""), html)
