"""The files that notes show, found beside their decks."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from quizzer.content.files import UnreadableError
from quizzer.content.library import Library
from quizzer.content.media import read_media
from quizzer.errors import ExportError
from quizzer.exchange.anki.media import MediaFile
from quizzer.markup.clean import clean_line


class DeckMedia:
    """Reads files by the note that shows them; `warnings` are sentences on those that are not taken along."""

    def __init__(self, library: Library) -> None:
        self._origins = library.origins
        self.warnings: dict[str, None] = {}

    def read(self, note_id: str, path: str) -> bytes | None:
        """Return the bytes of the file, None (and a warning) where it cannot be taken along."""
        origin = self._origins[note_id]
        try:
            return read_media(Path(origin.path).parent, path)
        except UnreadableError as error:
            place = f"{origin.path}:{origin.place.line}"
            self.warnings[f"{place}: the note '{note_id}' shows '{clean_line(path)}': {error}."] = None
            return None

    def read_all(self, files: Mapping[str, MediaFile]) -> Iterator[tuple[str, bytes]]:
        """Yield names and bytes, in the order of the names.

        Raises:
            ExportError: If a file has changed since it was named.
        """
        for _, file in sorted(files.items()):
            data = self.read(file.note_id, file.path)
            if data is None or hashlib.sha256(data).hexdigest() != file.digest:
                raise ExportError(f"{file.path}: the file changed while it was exported. Export again.")
            yield file.name, data
