"""Run all benchmarks and write RESULTS.md: `python tests/benchmarks/run.py [NAME ...]`."""

from __future__ import annotations

import importlib
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAMES = (
    *("startup", "first_card", "next_card", "commit", "backup", "queue", "load", "kata", "fit", "browse"),
    *("stats", "export", "import"),
)


def main() -> None:
    """Print each figure as it comes; with all benchmarks run, write them down."""
    sys.path.insert(0, str(ROOT))
    names = sys.argv[1:] or NAMES
    if len(names) == 1:
        for figure in importlib.import_module(f"tests.benchmarks.bench_{names[0]}").measure():
            print(figure.row(), flush=True)
        return
    rows = [row for name in names for row in _rows(name)]
    if names == NAMES:
        Path(__file__).with_name("RESULTS.md").write_text(_document(rows), encoding="utf-8")


def _rows(name: str) -> Iterator[str]:
    """Run one benchmark in a process of its own: the kernel counts a parent's memory among a child's."""
    with subprocess.Popen([sys.executable, __file__, name], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for row in process.stdout:
            print(row, end="", flush=True)
            yield row.rstrip("\n")
    if process.returncode:
        raise SystemExit(f"{name} ended with {process.returncode}")


def _document(rows: list[str]) -> str:
    system = f"{platform.system()} {platform.machine()}"
    where = f"{os.cpu_count()} cores, Python {platform.python_version()}, {system}"
    head = [
        "# Benchmarks",
        "",
        "Each figure stands beside a yardstick from the same run, which says how fast the machine was.",
        f"Run with `make benchmarks` on {datetime.now(UTC):%Y-%m-%d}: {where}.",
        "",
        "| what | measured | yardstick | budget |",
        "|---|---|---|---|",
    ]
    return "\n".join([*head, *rows]) + "\n"


if __name__ == "__main__":
    main()
