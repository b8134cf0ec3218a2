"""Solutions of our own, the reference and the mistakes, run in this process as a worker would run them."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

from quizzer.grader.failures import GraderFault
from quizzer.wire.arena import Arena
from quizzer.wire.messages import Operation
from quizzer.wire.operations import Operations
from quizzer.wire.packing import pack
from quizzer.wire.unpacking import unpack


class Solution:
    """A trusted file; its operations take and give copies, as those of a worker do.

    Raises:
        GraderFault: If the file cannot be run.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._operations = Operations(run_file(path, f"quizzer_solution_{path.stem}"))
        self._arriving, self._leaving = Arena.create(), Arena.create()

    def perform(self, operation: Operation, **arguments: Any) -> Any:
        """Do one operation; what the solution raises comes through."""
        arguments.pop("tracing", None)
        packet = pack(arguments, self._arriving, self._operations.register)
        copied = unpack(packet, self._arriving, self._operations.resolve)
        result = getattr(self._operations, operation.value)(**copied)
        return unpack(pack(result, self._leaving, self._operations.register), self._leaving)

    def close(self) -> None:
        """Give back what it held."""
        self._arriving.close()
        self._leaving.close()


def run_file(path: Path, name: str) -> ModuleType:
    """Run a trusted file as the module `name`, afresh.

    Raises:
        GraderFault: If it cannot be read or raises.
    """
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise GraderFault(f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise GraderFault(f"{path} does not run: {type(error).__name__}: {error}") from error
    return module
