"""From a package on disk to what its collection holds."""

from __future__ import annotations

from pathlib import Path

from quizzer.errors import ExchangeError
from quizzer.exchange.anki.reading.archive import Archive
from quizzer.exchange.anki.reading.collection import Collection
from quizzer.exchange.anki.reading.database import opened_collection
from quizzer.exchange.anki.reading.media import MediaFiles
from quizzer.exchange.anki.reading.protobuf import ProtobufError, read_int
from quizzer.exchange.anki.reading.schemas import read_collection

MAX_COLLECTION_BYTES = 2_000_000_000
_META = "meta"
# import_export.proto: PackageMetadata.version, and what each version keeps its collection in. A new package
# holds an old collection beside it, which only says that Anki is to be updated.
_VERSION = 1
_COLLECTIONS = {3: "collection.anki21b", 2: "collection.anki21", 1: "collection.anki2"}


def open_package(path: Path, *, with_history: bool) -> tuple[Collection, MediaFiles]:
    """Return the collection of a package, and its media.

    Raises:
        ExchangeError: If it cannot be read.
    """
    with Archive(path) as archive:
        name = _collection_name(archive)
        with opened_collection(archive.stream(name, MAX_COLLECTION_BYTES), str(path)) as file:
            collection = read_collection(file, with_history=with_history)
        return collection, MediaFiles(archive)


def _collection_name(archive: Archive) -> str:
    """Return the entry that holds the data."""
    there = [name for name in _COLLECTIONS.values() if name in archive]
    version = _read_version(archive)
    if version > max(_COLLECTIONS):
        raise ExchangeError(
            f"{archive.path}: the package is of a newer version ({version}) than quizzer reads "
            f"({max(_COLLECTIONS)}). In Anki's export, tick 'Support older Anki versions', then try again."
        )
    if version and _COLLECTIONS[version] not in there:
        raise ExchangeError(
            f"{archive.path}: '{_COLLECTIONS[version]}' is missing in the package, which is not whole. "
            "Export it from Anki again, then try again."
        )
    if not there:
        raise ExchangeError(
            f"{archive.path}: this is a zip file without a collection, an .apkg or .colpkg of Anki was "
            "expected. Check the name."
        )
    return _COLLECTIONS[version] if version else there[0]


def _read_version(archive: Archive) -> int:
    if _META not in archive:
        return 0
    try:
        return read_int(archive.read(_META, 10_000), _VERSION)
    except ProtobufError as error:
        raise ExchangeError(
            f"{archive.path}: '{_META}' cannot be read ({error}). Export it from Anki again, then try again."
        ) from error
