"""The zip file of a package: its entries by name, read within bounds; nothing is ever unpacked to a name."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from quizzer.errors import ExchangeError
from quizzer.markup.clean import clean_line

MAX_ENTRIES = 200_000
MAX_RATIO = 500
"""How many times larger an entry may be than it is packed; small ones may be more."""

SMALL_BYTES = 20_000_000
_CHUNK_BYTES = 1 << 20
_ZSTD_MARK = b"\x28\xb5\x2f\xfd"
_AGAIN = "Export it from Anki again (File > Export), then try again."
# What zipfile and its decompressors raise on what is damaged.
_DAMAGES = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, OverflowError, ValueError,
    RuntimeError, LookupError,
)  # fmt: skip


class Archive:
    """An open package; used as a context, it is closed at the end."""

    def __init__(self, path: Path) -> None:
        """Open the package.

        Raises:
            ExchangeError: If it cannot be read, or is no package.
        """
        self.path = path
        if not path.is_file():
            what = "this is no file" if path.exists() else "the file does not exist"
            raise ExchangeError(f"{path}: {what}, a package of Anki was expected. Check the name.")
        with self.told():
            self._zip = zipfile.ZipFile(path)
        try:
            with self.told():
                self._entries = self._list()
        except ExchangeError:
            self._zip.close()
            raise

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def read(self, name: str, most: int) -> bytes:
        """Return the bytes of an entry, decompressed if it is packed with zstd, `most` at most."""
        return b"".join(self.stream(name, most))

    def stream(self, name: str, most: int) -> Iterator[bytes]:
        """Yield the bytes of an entry in pieces.

        Raises:
            ExchangeError: If it is missing, damaged or larger than `most`.
        """
        if name not in self._entries:
            raise ExchangeError(f"{self.path}: '{name}' is missing in the package. {_AGAIN}")
        entry = self._entries[name]
        size = 0
        with self.told():
            for piece in self._pieces(entry):
                size += len(piece)
                if size > most or size > max(SMALL_BYTES, MAX_RATIO * entry.compress_size):
                    raise ExchangeError(
                        f"{self.path}: '{name}' becomes larger than {min(most, size) // 1_000_000} MB when "
                        "it is unpacked, which no package of Anki should. Export fewer decks at once."
                    )
                yield piece

    @contextmanager
    def told(self) -> Iterator[None]:
        """Turn whatever reading a damaged package raises into a sentence."""
        try:
            yield
        except OSError as error:
            raise ExchangeError(
                f"{self.path}: the package cannot be read ({error.strerror or error}). Check its "
                "permissions and the disk."
            ) from error
        except _DAMAGES as error:
            raise ExchangeError(
                f"{self.path}: this is no package of Anki, or it is damaged ({_said(error)}). {_AGAIN}"
            ) from error

    def _list(self) -> dict[str, zipfile.ZipInfo]:
        infos = self._zip.infolist()
        if len(infos) > MAX_ENTRIES:
            raise ValueError(f"it has {len(infos):,} entries")
        entries: dict[str, zipfile.ZipInfo] = {}
        for info in infos:
            if info.filename in entries:
                raise ValueError(f"it has two entries '{info.filename[:40]}'")
            if info.flag_bits & 1:
                raise ValueError("it is encrypted")
            entries[info.filename] = info
        return entries

    def _pieces(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        with self._zip.open(entry) as file:
            head = file.read(len(_ZSTD_MARK))
            if head == _ZSTD_MARK:
                yield from _unpacked(head, file)
                return
            yield head
            while piece := file.read(_CHUNK_BYTES):
                yield piece


def _unpacked(head: bytes, file: IO[bytes]) -> Iterator[bytes]:
    """Yield what was packed with zstd, however much it becomes in pieces of bounded size."""
    import zstandard

    class Joined:
        """The file with its head again before it."""

        def __init__(self) -> None:
            self._head = head

        def read(self, size: int = -1) -> bytes:
            """Return the next bytes."""
            if self._head:
                first, self._head = self._head, b""
                return first
            return file.read(size)

    try:
        # Windows above 128 MB it refuses by itself.
        decompressor = zstandard.ZstdDecompressor()
        with decompressor.stream_reader(Joined(), read_across_frames=True, closefd=False) as reader:  # type: ignore[arg-type]
            while piece := reader.read(_CHUNK_BYTES):
                yield piece
    except zstandard.ZstdError as error:
        raise ValueError(f"zstd: {error}") from error


def _said(error: Exception) -> str:
    # Names of entries are a stranger's to choose.
    text = clean_line(str(error)) or type(error).__name__
    return text if len(text) <= 80 else f"{text[:79]}…"
