"""Notes rendered for Anki, kept in the cache beside the parsed decks."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import quizzer
from quizzer.content.cache import ParsedCache, code_version
from quizzer.exchange.anki.rendering import Rendered

_ROLE = "anki"
_FORMAT = "3"
# What else decides how a note looks; their version stands in their first file.
_RENDERERS = ("markdown_it", "pygments")


class CachedRenderings:
    """One file a part of a deck; one that is damaged, of other code or missing only costs time."""

    def __init__(self, folder: Path) -> None:
        self._cache = ParsedCache(folder)

    def get(self, key: str) -> dict[bytes, Rendered]:
        """Return what is kept of a part."""
        return self._cache.get(_ROLE, key, _renderer_version(), dict[bytes, Rendered]) or {}

    def put(self, key: str, rendered: dict[bytes, Rendered]) -> None:
        """Keep this of a part, and nothing else."""
        self._cache.put(_ROLE, key, _renderer_version(), rendered)


@cache
def _renderer_version() -> str:
    parts = [_FORMAT]
    for name in _RENDERERS:
        spec = find_spec(name)  # found, not imported
        if spec is not None and spec.origin is not None:
            status = Path(spec.origin).stat()
            parts.append(f"{name} {status.st_size} {status.st_mtime_ns}")
    package = Path(quizzer.__file__).resolve().parent
    folders = (package / "core", package / "markup", package / "exchange" / "anki")
    return code_version(" ".join(parts), *folders)
