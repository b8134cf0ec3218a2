"""Finding forbidden calls by the syntax tree: names as written, with import aliases resolved."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

# Ways around what the trace of a call can see. No solution of a kata needs them.
EVASIONS = (
    "exec", "eval", "compile", "__import__", "globals", "vars", "builtins", "ctypes", "gc", "importlib",
    "inspect", "multiprocessing", "pickle", "runpy", "subprocess", "threading", "_thread",
    "concurrent.futures", "cffi", "sys.modules", "sys._getframe", "torch._C", "torch.ops",
    "torch.overrides", "torch.utils._python_dispatch", "torch.library", "torch.jit",
    "torch.utils.cpp_extension", "torch.multiprocessing", "torch.compile", "torch._dynamo",
)  # fmt: skip
_EVADING_ATTRIBUTES = frozenset(
    ("__globals__", "__builtins__", "__subclasses__", "__code__", "__closure__", "__mro__", "__bases__")
)
_METHODS_OF = "torch.Tensor."


def find_forbidden(source: str, forbidden: Iterable[str]) -> list[tuple[int, str]]:
    """Return line and name of every forbidden call in `source`; none where it cannot be parsed.

    A name `torch.Tensor.x` forbids the method x on anything.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    scan = _Scan((*forbidden, *EVASIONS))
    return list(dict.fromkeys(scan.find(tree)))


class _Scan:
    def __init__(self, names: Sequence[str]) -> None:
        self._names = frozenset(names)
        self._methods = frozenset(name.rpartition(".")[2] for name in names if name.startswith(_METHODS_OF))
        self._last = {name.rpartition(".")[2]: name for name in names if "." in name}
        self._aliases: dict[str, str] = {}
        self._star = False

    def find(self, tree: ast.Module) -> Iterator[tuple[int, str]]:
        for node in ast.walk(tree):
            yield from self._imports(node)
        for _ in range(3):  # an alias of an alias of an alias
            for node in ast.walk(tree):
                self._assignments(node)
        for node in ast.walk(tree):
            yield from self._uses(node)

    def _imports(self, node: ast.AST) -> Iterator[tuple[int, str]]:
        if isinstance(node, ast.Import):
            for alias in node.names:
                self._aliases[alias.asname or alias.name.partition(".")[0]] = (
                    alias.name if alias.asname else alias.name.partition(".")[0]
                )
                yield from self._match(node.lineno, alias.name)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                self._star |= alias.name == "*"
                self._aliases[alias.asname or alias.name] = f"{node.module}.{alias.name}"
                yield from self._match(node.lineno, f"{node.module}.{alias.name}")

    def _assignments(self, node: ast.AST) -> None:
        if not isinstance(node, ast.Assign) or len(node.targets) != 1:
            return
        target, path = node.targets[0], self._path(node.value)
        if isinstance(target, ast.Name) and path and path.partition(".")[0] != target.id:
            self._aliases.setdefault(target.id, path)

    def _uses(self, node: ast.AST) -> Iterator[tuple[int, str]]:
        if isinstance(node, ast.Attribute):
            path = self._path(node)
            if path:
                yield from self._match(node.lineno, path)
            elif node.attr in self._methods:
                yield node.lineno, _METHODS_OF + node.attr
            if node.attr in _EVADING_ATTRIBUTES:
                yield node.lineno, node.attr
        elif isinstance(node, ast.Name):
            if self._star and node.id in self._last:
                yield node.lineno, self._last[node.id]
            elif "." not in (path := self._aliases.get(node.id, node.id)) or path in self._names:
                yield from self._match(node.lineno, path)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in self._last:
            yield node.lineno, self._last[node.value]  # for getattr and __dict__

    def _path(self, node: ast.expr) -> str:
        """Return the dotted name of an expression, "" where it is none."""
        if isinstance(node, ast.Name):
            return self._aliases.get(node.id, node.id if node.id in _BUILTINS else "")
        if isinstance(node, ast.Attribute):
            base = self._path(node.value)
            return f"{base}.{node.attr}" if base else ""
        return ""

    def _match(self, line: int, path: str) -> Iterator[tuple[int, str]]:
        for name in self._names:
            if path == name or path.startswith(f"{name}."):
                yield line, name


_BUILTINS = frozenset(name for name in EVASIONS if "." not in name)
