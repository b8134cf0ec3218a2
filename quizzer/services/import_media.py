"""The media files of an import: names that are safe, no file overwritten, sizes bounded."""

from __future__ import annotations

import hashlib
import re
import urllib.parse
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from quizzer.content.files import UnreadableError, read_regular
from quizzer.core.note import Choices, Note
from quizzer.errors import QuizzerError
from quizzer.exchange.incoming import Refused

FOLDER = "media"
MAX_FILE_BYTES = 50_000_000
MAX_ALL_BYTES = 2_000_000_000
MAX_NAME = 120
HASH_DIGITS = 8
# Separators, what other systems forbid in names, and what ends a link in Markdown.
_UNSAFE = re.compile(
    r"[\x00-\x1f\x7f-\x9f/\\:*?\"<>|()\[\]{}`$%#&'\s\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+"
)
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
        self.chosen: dict[str, str] = {}
        self.refused: dict[str, Refused] = {}
        self._folder = folder
        self._media = media
        self._taken: dict[str, str] = {}

    def of(self, name: str) -> str | None:
        """Return the name that the file gets; None for one that is missing or refused."""
        if name in self.refused or name not in self._media:
            return None
        if name not in self.chosen:
            plain = safe_name(name)
            if self._is_other(plain, name):
                try:
                    digest = hashlib.sha256(read_media(name, self._media[name])).hexdigest()[:HASH_DIGITS]
                except ValueError as error:
                    self.refused[name] = Refused(name, str(error))
                    return None
                stem, dot, suffix = plain.rpartition(".")
                plain = f"{stem}-{digest}.{suffix}" if dot else f"{plain}-{digest}"
            self._taken[plain.casefold()] = name
            self.chosen[name] = plain
        return self.chosen[name]

    def is_there(self, name: str) -> bool:
        """Say whether the file that `name` stands for is in the folder already."""
        return (self._folder / self.chosen[name]).exists()

    def wanted(self, names: Iterable[str]) -> dict[str, str]:
        """Return the names of the source of the files to be written, by those that they get.

        What is too large is refused.
        """
        found: dict[str, str] = {}
        left = MAX_ALL_BYTES
        for name in dict.fromkeys(names):
            if name not in self.chosen or self.is_there(name):
                continue
            try:
                left -= len(read_media(name, self._media[name]))
                if left < 0:
                    raise ValueError(
                        f"all files have more than {MAX_ALL_BYTES // 1_000_000:,} MB, expected less: "
                        "import the decks of the source one by one"
                    )
            except ValueError as error:
                self.refused[name] = Refused(name, str(error))
            else:
                found[self.chosen[name]] = name
        return found

    def _is_other(self, plain: str, name: str) -> bool:
        """Say whether another file has that name, in the folder or in the source."""
        first = self._taken.get(plain.casefold())
        there = read_media_file(self._folder / plain)
        if first is None and there is None:
            return False
        try:
            data = read_media(name, self._media[name])
            if first is not None and read_media(first, self._media[first]) != data:
                return True
        except ValueError:
            return False  # it is refused when it is written
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


def rename_media(note: Note, names: Mapping[str, str]) -> Note:
    """Return the note with its references `media/OLD` renamed."""
    changed = {old: new for old, new in names.items() if old != new}
    if not changed:
        return note
    forms = {form: new for old, new in changed.items() for form in (old, urllib.parse.quote(old))}
    longest = sorted(forms, key=len, reverse=True)
    pattern = re.compile(rf"(?<![\w/]){FOLDER}/({'|'.join(map(re.escape, longest))})(?!\w|\.\w)")

    def renamed(text: str) -> str:
        return pattern.sub(lambda match: f"{FOLDER}/{forms[match[1]]}", text)

    choices = note.choices
    return replace(
        note,
        question=renamed(note.question),
        answer=renamed(note.answer),
        choices=choices and Choices(renamed(choices.right), tuple(map(renamed, choices.wrong))),
        points=tuple(map(renamed, note.points)),
        pitfall=renamed(note.pitfall),
    )
