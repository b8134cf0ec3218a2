"""The media files of an import: names that are safe, no file overwritten, sizes bounded."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from quizzer.content.files import UnreadableError, read_regular
from quizzer.content.media import ENDINGS, MEDIA_LIMIT, is_shown
from quizzer.core.note import Choices, Note
from quizzer.errors import QuizzerError
from quizzer.exchange.anki.reading.note_media import names_in
from quizzer.exchange.incoming import IncomingNote, Refused
from quizzer.markup.media_links import place_files

MAX_FILE_BYTES = MEDIA_LIMIT
MAX_ALL_BYTES = 2_000_000_000
MAX_NAME = 120
HASH_DIGITS = 8
# Separators, what other systems forbid in names, and what ends a link in Markdown.
_UNSAFE = re.compile(
    r"[\x00-\x1f\x7f-\x9f/\\:*?\"<>|()\[\]{}`$%#&'\s\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+"
)
_DIGEST = re.compile(rf"-[0-9a-f]{{{HASH_DIGITS}}}(?=\.[^.]*$|$)")
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")


def safe_name(name: str) -> str:
    """Return `name` as that of a file in the media folder."""
    plain = _UNSAFE.sub("_", name).lstrip("._-") or "file"
    if _RESERVED.fullmatch(plain):
        plain = f"file-{plain}"
    # In bytes, which is what file systems count.
    stem, dot, suffix = plain.rpartition(".")
    if len(plain.encode()) > MAX_NAME:
        digest = hashlib.sha256(name.encode(errors="replace")).hexdigest()[:HASH_DIGITS]
        suffix = suffix[:10] if dot else ""
        stem = (stem or plain).encode()[: MAX_NAME - 30].decode(errors="ignore")
        plain = f"{stem}-{digest}{'.' if suffix else ''}{suffix}"
    return plain.rstrip(". ")


class MediaNames:
    """Gives each file of the source its name in `folder`; equal files share one, others get another."""

    def __init__(self, folder: Path, media: Mapping[str, Callable[[], bytes]]) -> None:
        self.refused: dict[str, Refused] = {}
        self.missing: set[str] = set()
        self._folder = folder
        self._media = media
        self._chosen: dict[str, str] = {}
        self._taken: dict[str, str] = {}
        self._left = MAX_ALL_BYTES

    def place(self, incoming: IncomingNote, mine: Note | None) -> Note:
        """Return the note with the names that its files get; `mine` is the one that stands here.

        A link to a file that is nowhere becomes words, but in notes of ours.
        """
        shown = list(names_in(mine)) if mine and incoming.media else []
        names: dict[str, str | None] = {}
        for name in incoming.media:
            found = self._of(name) if name in self._media else self._from_before(name, shown)
            names[name] = name if found is None and incoming.is_ours else found
            if found in shown:  # two that are the same without their digests come in the order of the text
                shown.remove(found)
                shown.append(found)
        return place_media(incoming.note, names) if names else incoming.note

    def wanted(self, names: Iterable[str]) -> dict[str, str]:
        """Return the names of the source of the files to be written, by those that they get."""
        chosen = {self._chosen[name]: name for name in names if name in self._chosen}
        return {new: name for new, name in chosen.items() if not self._is_there(new)}

    def _from_before(self, name: str, shown: Iterable[str]) -> str | None:
        """Return the name here of a file that the source lacks, None where it is missing.

        An import before has brought it, so that it is among those that the note has `shown` since; or it was
        put into the folder under its own name.
        """
        plain = safe_name(name)
        brought = (each for each in shown if plain in (each, _DIGEST.sub("", each)))
        mine = (name,) if plain == name else ()
        found = next((each for each in (*brought, *mine) if self._is_there(each)), None)
        if found is None:
            self.missing.add(name)
        return found

    def _of(self, name: str) -> str | None:
        """Return the name that a file of the source gets, None for one that is refused."""
        if name in self.refused:
            return None
        if name not in self._chosen:
            try:
                self._chosen[name] = self._choose(name)
            except ValueError as error:
                self.refused[name] = Refused(name, str(error))
                return None
        return self._chosen[name]

    def _choose(self, name: str) -> str:
        """Return the name for a file.

        Raises:
            ValueError: If it cannot be taken.
        """
        if not is_shown(name):
            raise ValueError(f"this is no image or sound, expected one of: {ENDINGS}; it is left out")
        data = read_media(name, self._media[name])
        plain = safe_name(name)
        if self._is_other(plain, data):
            digest = hashlib.sha256(data).hexdigest()[:HASH_DIGITS]
            stem, dot, suffix = plain.rpartition(".")
            plain = f"{stem}-{digest}.{suffix}" if dot else f"{plain}-{digest}"
        if not self._is_there(plain):
            self._left -= len(data)
            if self._left < 0:
                raise ValueError(
                    f"all files have more than {MAX_ALL_BYTES // 1_000_000:,} MB, expected less: "
                    "import the decks of the source one by one"
                )
        self._taken[plain.casefold()] = name
        return plain

    def _is_there(self, plain: str) -> bool:
        return (self._folder / plain).exists()

    def _is_other(self, plain: str, data: bytes) -> bool:
        """Say whether another file has that name, in the folder or in the source."""
        first = self._taken.get(plain.casefold())
        if first is not None and read_media(first, self._media[first]) != data:
            return True
        there = read_media_file(self._folder / plain)
        return there is not None and there != data


def read_media(name: str, read: Callable[[], bytes]) -> bytes:
    """Return the bytes of a media file.

    Raises:
        ValueError: If there are too many, or they cannot be read.
    """
    try:
        data = read()
    except QuizzerError as error:
        raise ValueError(str(error)) from error
    if len(data) > MAX_FILE_BYTES:
        raise ValueError(
            f"the file has {len(data) // 1_000_000} MB, expected at most {MAX_FILE_BYTES // 1_000_000}: "
            "make it smaller in the source"
        )
    return data


def read_media_file(path: Path) -> bytes | None:
    """Return the bytes of a file in the media folder; None where there is none, b"" for what is no file."""
    if not path.exists() and not path.is_symlink():
        return None
    try:
        return read_regular(path, MAX_FILE_BYTES)
    except UnreadableError:
        return b""


def place_media(note: Note, names: Mapping[str, str | None]) -> Note:
    """Return the note with its links to files `media/OLD` renamed; those without a new name become words."""

    def placed(text: str) -> str:
        return place_files(text, names)

    choices = note.choices
    return replace(
        note,
        question=placed(note.question),
        answer=placed(note.answer),
        choices=choices and Choices(placed(choices.right), tuple(map(placed, choices.wrong))),
        points=tuple(map(placed, note.points)),
        pitfall=placed(note.pitfall),
    )
