"""Finding forbidden calls by the syntax tree: names as written, with import aliases resolved."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

# Ways around what the trace of a call can see. No solution of a kata needs them.
_FUNCTIONS = (
    "exec", "eval", "compile", "__import__", "globals", "vars", "__builtins__", "__loader__", "__spec__",
)  # fmt: skip
_MODULES = (
    "builtins", "ctypes", "gc", "importlib", "inspect", "multiprocessing", "pickle", "runpy", "subprocess",
    "threading", "_thread", "asyncio", "concurrent.futures", "cffi", "sys.modules", "sys._getframe",
    "sys.settrace", "sys.setprofile", "torch._C", "torch.ops", "torch.overrides", "torch.library",
    "torch.utils._python_dispatch", "torch.jit.CompilationUnit", "torch.utils.cpp_extension",
    "torch.multiprocessing",
    "torch.nn.parallel", "torch.compile", "torch._dynamo",
)  # fmt: skip
EVASIONS = _FUNCTIONS + _MODULES
_BUILTINS = frozenset((*_FUNCTIONS, "getattr"))
_EVADING_ATTRIBUTES = frozenset(
    ("__globals__", "__builtins__", "__subclasses__", "__code__", "__closure__", "__mro__", "__bases__",
     "__base__", "__dict__", "__getattribute__", "__loader__", "__spec__", "_disable_current_modes")
)  # fmt: skip
# They are fine with names that stand there; a computed one could be any.
_LOOKUPS = frozenset(("getattr", "operator.attrgetter", "operator.methodcaller"))
UNCHECKED = "code nested too deep to be checked"
_METHODS_OF = "torch.Tensor."


def find_forbidden(source: str, forbidden: Iterable[str]) -> list[tuple[int, str]]:
    """Return line and name of every forbidden call in `source`; none where it does not compile either.

    A name `torch.Tensor.x` forbids the method x on anything.
    """
    try:
        scan = _Scan(tuple(forbidden))
        return list(dict.fromkeys(scan.find(ast.parse(source))))
    except (SyntaxError, ValueError):
        return []
    except (RecursionError, MemoryError):
        return [(1, UNCHECKED)]  # a tree takes more depth than the code it stands for


class _Scan:
    def __init__(self, forbidden: Sequence[str]) -> None:
        self._names = frozenset((*forbidden, *EVASIONS))
        self._methods = frozenset(
            name.rpartition(".")[2] for name in forbidden if name.startswith(_METHODS_OF)
        )
        self._last = {name.rpartition(".")[2]: name for name in forbidden if "." in name}
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
            yield from self._attributes(node)
        elif isinstance(node, ast.Name):
            if self._star and node.id in self._last:
                yield node.lineno, self._last[node.id]
            else:
                yield from self._match(node.lineno, self._path(node))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):  # for getattr
            if node.value in self._last or node.value in _EVADING_ATTRIBUTES:
                yield node.lineno, self._last.get(node.value, node.value)
        elif isinstance(node, ast.Call):
            yield from self._lookups(node)

    def _attributes(self, node: ast.Attribute) -> Iterator[tuple[int, str]]:
        path = self._path(node)
        if path:
            yield from self._match(node.lineno, path)
        elif node.attr in self._methods:
            yield node.lineno, _METHODS_OF + node.attr
        is_own = isinstance(node.value, ast.Name) and node.value.id == "self" and not self._path(node.value)
        if node.attr in _EVADING_ATTRIBUTES and not (is_own and node.attr == "__dict__"):
            yield node.lineno, node.attr

    def _lookups(self, call: ast.Call) -> Iterator[tuple[int, str]]:
        """Find attributes looked up by a computed name, on anything but an object's own `self`."""
        path = self._path(call.func)
        # As an argument it could be called by anyone: map(getattr, ...).
        for argument in call.args:
            if self._path(argument) in _LOOKUPS:
                yield call.lineno, "getattr as an argument"
        if path not in _LOOKUPS:
            return
        names = call.args[1:2] if path == "getattr" else call.args
        owner = call.args[0] if path == "getattr" and call.args else None
        is_own = isinstance(owner, ast.Name) and owner.id == "self"
        if not is_own and not all(isinstance(name, ast.Constant) for name in names):
            yield call.lineno, f"{path} of a computed name"

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
            # A module is the same one under every other that imports it: `logging.threading`.
            if (
                path == name
                or path.startswith(f"{name}.")
                or (name in _MODULES and f".{name}." in f".{path}.")
            ):
                yield line, name
