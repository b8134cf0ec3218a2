"""Which addresses in decks and syllabus can still be reached; asked by hand, never by a test or a review."""

from __future__ import annotations

import http.client
from collections import defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from quizzer.content.library import Library
from quizzer.content.note_quality import texts_of
from quizzer.markup.prose import links

DEADLINE_S = 15.0
AT_ONCE = 8
# Sites refuse clients without a name, and those that look like a robot of no one.
_AGENT = "Mozilla/5.0 (compatible; quizzer check --links)"
_NO_HEAD = {403, 404, 405, 501}
_IS_THERE = {401, 403, 429}
"""Answers of sites that ask who we are, or to come later: the address is one of theirs."""


@dataclass(frozen=True, slots=True)
class Link:
    """An address, and the notes or areas that name it; `problem` is "" where it was reached."""

    address: str
    named_by: tuple[str, ...]
    problem: str = ""


def find_links(library: Library) -> tuple[Link, ...]:
    """Return the addresses in notes and reading lists, each once."""
    named: defaultdict[str, list[str]] = defaultdict(list)
    for deck in library.decks:
        for note in deck.notes:
            for _, text in texts_of(note):
                for address in links(text):
                    named[address].append(note.id)
    for area in library.syllabus.areas:
        for reading in area.reading:
            if reading.url:
                named[reading.url].append(area.id)
    return tuple(Link(address, tuple(dict.fromkeys(names))) for address, names in sorted(named.items()))


def reach_links(found: Iterable[Link]) -> Iterator[Link]:
    """Yield each link with what is wrong with it, in their order, a few asked at once."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield from pool.map(_reached, found)


def _reached(link: Link) -> Link:
    if not link.address.startswith(("http://", "https://")):
        return link
    return Link(link.address, link.named_by, _problem(link.address))


def _problem(address: str) -> str:
    problem = ""
    for method in ("HEAD", "GET"):
        try:
            with urlopen(Request(address, method=method, headers={"User-Agent": _AGENT}), timeout=DEADLINE_S):
                return ""
        except HTTPError as error:
            error.close()
            if method == "HEAD" and error.code in _NO_HEAD:
                continue
            problem = "" if error.code in _IS_THERE else f"answers {error.code}"
        except (URLError, OSError, http.client.HTTPException, ValueError) as error:
            problem = f"cannot be reached ({getattr(error, 'reason', None) or error or type(error).__name__})"
        break
    return problem
