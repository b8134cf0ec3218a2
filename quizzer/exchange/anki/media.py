"""The files of a package: images and sounds that notes show, each under a name of its own."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

from quizzer.markup.media_label import path_of

_HASH_DIGITS = 8
_LONGEST_STEM = 40
_UNUSUAL = re.compile(r"[^A-Za-z0-9_-]+")

ReadMedia = Callable[[str, str], bytes | None]
"""Reads the file that a note's text names, by the note's id and the path: None where it cannot be taken."""


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A file of the package; its bytes are read again when they are written."""

    name: str
    note_id: str
    path: str
    digest: str


class Media:
    """Names the files that the notes of one export show.

    A name is the file's own with a part of its content's digest: one file has one name wherever it lies,
    two files never do.
    """

    def __init__(self, read: ReadMedia) -> None:
        self._read = read
        self._names: dict[tuple[str, str], str] = {}
        self.files: dict[str, MediaFile] = {}

    def name(self, note_id: str, address: str) -> str:
        """Return the name in the package of what an address in a note leads to, "" where nothing is taken."""
        place = note_id, address
        if place not in self._names:
            self._names[place] = self._take(note_id, address)
        return self._names[place]

    def _take(self, note_id: str, address: str) -> str:
        path = path_of(address)
        data = self._read(note_id, path) if path else None
        if data is None:
            return ""
        digest = hashlib.sha256(data).hexdigest()
        name = self._free_name(path, digest)
        self.files[name.casefold()] = MediaFile(name, note_id, path, digest)
        return name

    def _free_name(self, path: str, digest: str) -> str:
        file = PurePosixPath(path)
        stem = _UNUSUAL.sub("-", file.stem)[:_LONGEST_STEM].strip("-_") or "file"
        for digits in range(_HASH_DIGITS, len(digest) + 1):
            name = f"{stem}-{digest[:digits]}{file.suffix.lower()}"
            taken = self.files.get(name.casefold())
            if taken is None or taken.digest == digest:
                return taken.name if taken else name
        raise AssertionError("two digests are alike in all their digits")


def read_no_media(note_id: str, path: str) -> bytes | None:
    """Find no file."""
