"""Completes the last word of a query: the name of a field, or a value that it can have."""

from __future__ import annotations

import re
from collections.abc import Iterable

from quizzer.core.query import Field, Property, State
from quizzer.core.query_parser import IS, KEYWORDS, PROP, Known

_LAST_WORD = re.compile(r"""(?:^|[\s()])-*([^\s()"]+)$""")
_BARE = re.compile(r"[\w*./-]+")


def complete_query(text: str, known: Known) -> str | None:
    """Return `text` with its last word completed; None where nothing is known to follow."""
    found = _LAST_WORD.search(text)
    if found is None or text[: found.start(1)].count('"') % 2:
        return None
    keyword, colon, value = found[1].partition(":")
    names = list(_values(keyword.lower(), known)) if colon else [f"{name}:" for name in KEYWORDS]
    typed = value if colon else keyword
    folded = typed.casefold()
    for name in names:
        if (
            name.casefold().startswith(folded)
            and len(name) > len(typed)
            and _BARE.fullmatch(name.rstrip(":"))
        ):
            return text + name[len(typed) :]
    return None


def _values(keyword: str, known: Known) -> Iterable[str]:
    if keyword == IS:
        return (state.value for state in State)
    if keyword == PROP:
        return (prop.value for prop in Property)
    return known.get(Field(keyword), ()) if keyword in list(Field) else ()
