"""What was parsed, kept by the content of its file, so that unchanged decks need no YAML."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TypeVar

import quizzer
from quizzer.content.files import UnreadableError, read_regular
from quizzer.content.writing import replace_file

# Raised when what is read from a file changes without a change of the version.
FORMAT = "2"
# Larger than any deck file makes it.
MAX_CACHED_BYTES = 64_000_000
SEAL_BYTES = 32

T = TypeVar("T")


def code_version(label: str, room: Path, *others: Path) -> str:
    """Return what tells this code from others.

    In a checkout also the state of the modules in these folders, of which `room` lies in the package.
    """
    text = f"{label} {quizzer.__version__}"
    if (room.parent.parent / "pyproject.toml").is_file():
        for folder in (room, *others):
            modules = sorted((path.name, path.stat()) for path in folder.glob("*.py"))
            text += "".join(f" {name} {status.st_size} {status.st_mtime_ns}" for name, status in modules)
    return hashlib.sha256(text.encode()).hexdigest()


LOADER_VERSION = code_version(FORMAT, Path(__file__).resolve().parent)


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
        import msgspec  # not for a fingerprint alone, as in `quizzer due`

        try:
            data = memoryview(read_regular(self._file(role, path), MAX_CACHED_BYTES))
            seal, payload = data[:SEAL_BYTES], data[SEAL_BYTES:]
            if seal != _seal(role, path, digest, payload):
                return None
            return msgspec.msgpack.decode(payload, type=kind)
        except (UnreadableError, msgspec.MsgspecError, RecursionError, ValueError):
            return None

    def put(self, role: str, path: str, digest: str, parsed: object) -> None:
        """Keep `parsed`, if it can be: a folder that cannot be written to keeps nothing."""
        if self._folder is None:
            return
        import msgspec

        try:
            payload = msgspec.msgpack.encode(parsed)
            self._folder.mkdir(parents=True, exist_ok=True)
            # A file that a power cut leaves empty breaks its seal.
            sealed = _seal(role, path, digest, payload) + payload
            replace_file(self._file(role, path), sealed, is_durable=False)
        except (OSError, UnicodeEncodeError):
            # The path of the file may hold bytes that are no UTF-8.
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
