"""Run all benchmarks and write RESULTS.md: `python tests/benchmarks/run.py [NAME ...]`."""

from __future__ import annotations

import importlib
import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("startup", "first_card", "next_card", "commit", "queue", "load", "kata")


def main() -> None:
    """Print each figure as it comes; with all benchmarks run, write them down."""
    sys.path.insert(0, str(ROOT))
    names = sys.argv[1:] or NAMES
    rows = []
    for name in names:
        for figure in importlib.import_module(f"tests.benchmarks.bench_{name}").measure():
            rows.append(figure.row())
            print(rows[-1], flush=True)
    if names == NAMES:
        Path(__file__).with_name("RESULTS.md").write_text(_document(rows), encoding="utf-8")


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
