"""Finds torch's own modules in a worker, whatever becomes of the folder that they lie in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType


class KnownModules(MetaPathFinder):
    """The places of top-level modules, as they were when it was made.

    Python lists a folder of modules anew when something was installed there, and a worker may
    not list site-packages: without this, what torch imports only when it needs it would be lost.
    """

    def __init__(self, names: Iterable[str]) -> None:
        found = {name: find_spec(name) for name in names}
        self._specs = {name: spec for name, spec in found.items() if spec}

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return where a top-level module was."""
        return self._specs.get(fullname) if path is None else None
