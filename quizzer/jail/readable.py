"""Which files a worker may read: the standard library and what torch names as its own, nothing else."""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Iterable, Iterator
from pathlib import Path

# The distributions that torch needs at run time, as their folders and metadata begin. Never all of
# site-packages: quizzer itself may lie there, with the hidden suites.
TORCH_CLOSURE = (
    "torch", "torchgen", "functorch", "numpy", "typing_extensions", "msgspec", "sympy", "mpmath",
    "networkx", "jinja2", "markupsafe", "filelock", "fsspec", "triton", "nvidia", "setuptools",
    "packaging", "_distutils_hack",
)  # fmt: skip
_SYSTEM = (
    "/usr/lib", "/lib", "/lib64", "/usr/share/zoneinfo", "/etc/ld.so.cache", "/etc/localtime",
    "/dev/null", "/dev/urandom", "/dev/zero", "/proc/self", "/proc/meminfo", "/proc/cpuinfo",
    "/sys/devices/system/cpu",
)  # fmt: skip


def readable_paths(hidden: Iterable[Path]) -> list[Path]:
    """Return what may be read; a folder that holds something `hidden` is replaced by its other entries."""
    secrets = [path.resolve() for path in hidden]
    roots = [Path(path) for path in _SYSTEM] + _interpreter() + _torch_closure()
    return [path for root in roots for path in _without(root, secrets)]


def torch_modules() -> list[str]:
    """Return the names of the top-level modules that torch may import."""
    names = {path.name.partition(".")[0] for path in _torch_closure() if path.suffix in ("", ".py")}
    return sorted(name for name in names if name.isidentifier())


def _interpreter() -> list[Path]:
    library = Path(sysconfig.get_path("stdlib")).resolve()
    shared = [path for path in library.parent.glob("libpython*")]
    entries = [path for path in library.iterdir() if path.name != "site-packages"]
    return entries + shared


def _torch_closure() -> list[Path]:
    folders = {Path(entry) for entry in sys.path if entry.endswith(("site-packages", "dist-packages"))}
    return [
        path
        for folder in folders
        if folder.is_dir()
        for path in folder.iterdir()
        if path.name.lower().startswith(TORCH_CLOSURE)
    ]


def _without(root: Path, secrets: list[Path]) -> Iterator[Path]:
    resolved = root.resolve()
    if any(resolved == secret or secret in resolved.parents for secret in secrets):
        return
    if not any(resolved in secret.parents for secret in secrets):
        yield root
        return
    for child in sorted(resolved.iterdir()):
        yield from _without(child, secrets)
