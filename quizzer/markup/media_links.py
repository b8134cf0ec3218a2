"""Links of Markdown to files in the media folder: `![alt](media/NAME)`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from quizzer.markup.escaping import escape_inline
from quizzer.markup.media_label import label_media

FOLDER = "media"

_LINK = re.compile(
    rf"""
      \\.                                               # what is escaped opens nothing
    | (?P<ticks>`++)(?:(?s:.)*?(?<!`)(?P=ticks)(?!`))?  # code
    | !\[(?P<alt>[^\]\\\n]{{0,1000}}+(?:\\.[^\]\\\n]{{0,200}}+){{0,20}}+)\]
      \((?:<{FOLDER}/(?P<wide>[^<>\n]{{1,600}})>|{FOLDER}/(?P<bare>[^()\s<>]{{1,600}}))
      (?:[ ]"[^"\n]{{0,1000}}")?\)
    """,
    re.VERBOSE,
)
# What an address would be read otherwise for: an escape, an entity.
_READ_OTHERWISE = re.compile(r"%(?=[0-9A-Fa-f]{2})|&(?=\#?[A-Za-z0-9]+;)")
_SIGNS = str.maketrans({"{": "&#123;", "}": "&#125;", "|": "\\|", ":": "&#58;"})
_GOES_ON = "([:"


def address_of(name: str) -> str:
    """Return the address by which Markdown shows the file `name` of the media folder."""
    return f"{FOLDER}/{_READ_OTHERWISE.sub(lambda match: f'%{ord(match[0]):02X}', name)}"


def media_of(markdown: str) -> tuple[str, ...]:
    """Return the names of the files of the media folder that Markdown shows, each once."""
    return tuple(dict.fromkeys(_name(link) for link in _links(markdown)))


def place_files(markdown: str, names: Mapping[str, str | None]) -> str:
    """Return Markdown with the files in `names` under their new names; what has none becomes words."""

    def placed(link: re.Match[str]) -> str:
        name = _name(link)
        if name not in names or names[name] == name:
            return link[0]
        new = names[name]
        if new is not None:
            part = "wide" if link["wide"] else "bare"
            start, end = link.start(part) - link.start(), link.end(part) - link.start()
            return f"{link[0][:start]}{address_of(new).removeprefix(f'{FOLDER}/')}{link[0][end:]}"
        label = label_media(name, link["alt"] or escape_inline(name).translate(_SIGNS))
        follows = link.string[link.end() : link.end() + 1]
        return f"{label[:-1]}&#93;" if follows and follows in _GOES_ON else label

    if f"{FOLDER}/" not in markdown:
        return markdown
    return _LINK.sub(lambda match: placed(match) if _is_link(match) else match[0], markdown)


def _links(markdown: str) -> Iterator[re.Match[str]]:
    return filter(_is_link, _LINK.finditer(markdown)) if f"{FOLDER}/" in markdown else iter(())


def _is_link(match: re.Match[str]) -> bool:
    return match["alt"] is not None


def _name(link: re.Match[str]) -> str:
    return unquote(link["wide"] or link["bare"])
