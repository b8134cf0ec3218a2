"""Which files of a package the texts of a note mean, under the names that our texts have for them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from urllib.parse import unquote

from quizzer.core.note import Choices, Note
from quizzer.markup.media_links import media_of

FOLDER = "media/"
_UNUSUAL = re.compile(r"[^A-Za-z0-9_-]+")
_LONGEST_STEM = 40


@dataclass(slots=True)
class ExportedNames:
    """Finds what an export called the file of an address, in the fields that it wrote."""

    html: str
    found: dict[str, str] = field(default_factory=dict)

    def name(self, address: str) -> str | None:
        """Return the name in the package: the file's own, with a part of a digest (`media.py` of exports)."""
        file = PurePosixPath(unquote(address))
        stem = _UNUSUAL.sub("-", file.stem)[:_LONGEST_STEM].strip("-_") or "file"
        pattern = rf"(?<![\w-]){re.escape(stem)}-[0-9a-f]{{8,64}}{re.escape(file.suffix.lower())}(?![\w.-])"
        match = re.search(pattern, self.html)
        if match is None:
            return None
        self.found[unquote(address)] = match[0]
        return match[0]


class Aliases:
    """The names that our texts have for files of a package; two files never share one."""

    def __init__(self, names: Set[str]) -> None:
        self._names = names
        self.entries: dict[str, str] = {name: name for name in names}

    def take(self, note: Note, exported: Mapping[str, str]) -> Note:
        """Return the note; where one of its names means another file already, its text says the package's."""
        for address, name in exported.items():
            own = address.removeprefix(FOLDER)
            if own == address or name not in self._names:
                continue
            if self.entries.setdefault(own, name) != name:
                note = _renamed(note, address, FOLDER + name)
        return note


def names_in(note: Note) -> tuple[str, ...]:
    """Return the names of all files that the note's texts refer to."""
    choices = (note.choices.right, *note.choices.wrong) if note.choices else ()
    texts = (note.question, note.answer, note.pitfall, *note.points, *choices)
    return tuple(dict.fromkeys(name for text in texts for name in media_of(text)))


def _renamed(note: Note, old: str, new: str) -> Note:
    choices = note.choices and Choices(
        note.choices.right.replace(old, new), tuple(each.replace(old, new) for each in note.choices.wrong)
    )
    return replace(
        note,
        question=note.question.replace(old, new),
        answer=note.answer.replace(old, new),
        pitfall=note.pitfall.replace(old, new),
        points=tuple(each.replace(old, new) for each in note.points),
        choices=choices,
    )
