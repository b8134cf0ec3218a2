"""What was parsed, kept by the content of its file, so that unchanged decks need no YAML."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TypeVar

import msgspec

import quizzer
from quizzer.content.files import UnreadableError, read_regular
from quizzer.content.writing import replace_file

# Raised when what is read from a file changes without a change of the version.
FORMAT = "1"
LOADER_VERSION = hashlib.sha256(f"{FORMAT} {quizzer.__version__}".encode()).hexdigest()
# Larger than any deck file makes it.
MAX_CACHED_BYTES = 64_000_000
SEAL_BYTES = 32

T = TypeVar("T")


class ParsedCache:
    """One file for each content file in `folder`; with None nothing is kept.

    A cached file starts with a seal over its key and its content. One that does not fit, for
    whatever reason, is as good as none.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def get(self, role: str, path: str, digest: str, kind: type[T]) -> T | None:
        """Return what was parsed from `path` when its content was `digest`, None where that is not kept."""
        if self._folder is None:
            return None
        try:
            data = memoryview(read_regular(self._file(role, path), MAX_CACHED_BYTES))
            seal, payload = data[:SEAL_BYTES], data[SEAL_BYTES:]
            if seal != _seal(role, path, digest, payload):
                return None
            return msgspec.msgpack.decode(payload, type=kind)
        except (UnreadableError, msgspec.MsgspecError, RecursionError, ValueError):
            return None

    def put(self, role: str, path: str, digest: str, parsed: object) -> None:
        """Keep `parsed`; a folder that cannot be written to keeps nothing."""
        if self._folder is None:
            return
        payload = msgspec.msgpack.encode(parsed)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            replace_file(self._file(role, path), _seal(role, path, digest, payload) + payload)
        except OSError:
            return

    def _file(self, role: str, path: str) -> Path:
        assert self._folder is not None
        name = hashlib.sha256(f"{role}\0{path}".encode(errors="surrogateescape")).hexdigest()
        return self._folder / f"{name[:32]}.msgpack"


def _seal(role: str, path: str, digest: str, payload: bytes | memoryview) -> bytes:
    key = repr((LOADER_VERSION, role, path, digest)).encode(errors="surrogateescape")
    # Two and a half megabytes for 5,000 notes: BLAKE2 takes 60 % of the time of SHA-256.
    seal = hashlib.blake2b(key, digest_size=SEAL_BYTES)
    seal.update(b"\0")
    seal.update(payload)
    return seal.digest()
