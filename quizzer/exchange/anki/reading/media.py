"""The media of a package: which file has which name, and its bytes when they are wanted.

In old packages `media` is JSON (the entry's name to the file's), in new ones the message `MediaEntries` of
Anki's `import_export.proto`, packed with zstd, and each file is packed, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from functools import partial
from pathlib import Path

from quizzer.errors import ExchangeError
from quizzer.exchange.anki.reading.archive import Archive
from quizzer.exchange.anki.reading.protobuf import ProtobufError, read_fields, read_int, read_text
from quizzer.exchange.incoming import Refused
from quizzer.markup.clean import clean_line

MAX_MAP_BYTES = 50_000_000
MAX_FILE_BYTES = 50_000_000
MAX_NAME = 200
_MAP = "media"
# import_export.proto: MediaEntries.entries, and MediaEntry.name, .legacy_zip_filename
_ENTRIES, _NAME, _ZIP_NAME = 1, 1, 255
_FORBIDDEN = frozenset("/\\:\x00")


class MediaFiles:
    """The files of a package by their names; the package is opened again when the first one is read."""

    def __init__(self, archive: Archive) -> None:
        """Read which files there are, from an open package.

        Raises:
            ExchangeError: If the list of them cannot be read.
        """
        self._path: Path = archive.path
        self._archive: Archive | None = None
        self.refused: list[Refused] = []
        self._entries: dict[str, str] = {}
        for entry, name in _read_map(archive):
            if not _is_plain(name):
                self.refused.append(
                    Refused(
                        clean_line(name)[:80] or "media",
                        "its name could lead out of a folder: it is left out",
                    )
                )
            elif entry in archive:
                self._entries.setdefault(name, entry)

    @property
    def names(self) -> Set[str]:
        """The names of all files."""
        return self._entries.keys()

    def reader(self, name: str) -> Callable[[], bytes]:
        """Return what reads the file of that name."""
        return partial(self._read, self._entries[name])

    def _read(self, entry: str) -> bytes:
        if self._archive is None:
            self._archive = Archive(self._path)
        return self._archive.read(entry, MAX_FILE_BYTES)


def _read_map(archive: Archive) -> Iterator[tuple[str, str]]:
    """Yield the name of each entry with that of its file."""
    if _MAP not in archive:
        return
    data = archive.read(_MAP, MAX_MAP_BYTES)
    try:
        yield from _json_map(data) if data[:1] == b"{" else _message_map(data)
    except (ProtobufError, ValueError, RecursionError) as error:
        raise ExchangeError(
            f"{archive.path}: the list of its media cannot be read ({clean_line(str(error))[:120]}). "
            "Export it from Anki again, with or without media, then try again."
        ) from error


def _json_map(data: bytes) -> Iterator[tuple[str, str]]:
    import msgspec

    yield from msgspec.json.decode(data, type=dict[str, str]).items()


def _message_map(data: bytes) -> Iterator[tuple[str, str]]:
    place = 0
    for number, value in read_fields(data):
        if number != _ENTRIES or not isinstance(value, bytes):
            continue
        is_named = any(each == _ZIP_NAME for each, _ in read_fields(value))
        yield str(read_int(value, _ZIP_NAME) if is_named else place), read_text(value, _NAME)
        place += 1


def _is_plain(name: str) -> bool:
    return 0 < len(name) <= MAX_NAME and not _FORBIDDEN & set(name) and name not in (".", "..")
