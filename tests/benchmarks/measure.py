"""What the benchmarks share: medians, percentiles, a workspace with many notes, a line of results."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from quizzer.core.settings import Settings
from quizzer.services.places import Places

REPEATS = 9


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of results: what was measured, its yardstick from the same run, and the budget."""

    what: str
    value: str
    yardstick: str
    budget: str

    def row(self) -> str:
        """Return the figure as a row of a Markdown table."""
        return f"| {self.what} | {self.value} | {self.yardstick} | {self.budget} |"


def milliseconds(work: Callable[[], object], repeats: int = REPEATS) -> list[float]:
    """Return how long each of `repeats` runs took, in ms."""
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        taken.append((time.perf_counter() - start) * 1000)
    return taken


def median(values: Sequence[float]) -> float:
    """Return the median."""
    return statistics.median(values)


def p95(values: Sequence[float]) -> float:
    """Return the value below which 95 % lie."""
    return sorted(values)[int(0.95 * (len(values) - 1))]


def run_python(*arguments: str, environment: dict[str, str] | None = None) -> None:
    """Run this interpreter and wait for it."""
    subprocess.run(
        [sys.executable, *arguments],
        check=True,
        capture_output=True,
        env={**os.environ, **(environment or {})},
    )


def make_places(folder: Path, notes: int, decks: int = 1) -> Places:
    """Write `notes` basic notes in `decks` decks below `folder`; return the places of a workspace there."""
    (folder / "content" / "decks").mkdir(parents=True)
    for deck in range(decks):
        lines = [f"deck: deck-{deck}", f"title: Deck {deck}", "notes:"]
        for number in range(notes // decks):
            lines += [
                f"  - id: d{deck}-n{number}",
                "    level: mid",
                "    topics: [a-topic]",
                "    source: {cite: A book, checked: recalled}",
                f"    q: Question {number} about $x_{{{number}}}$ and `code`?",
                "    a: |",
                "      A first sentence that answers it, with **bold** and $\\sqrt{d_k}$.",
                "",
                "      ```python",
                f"      def attend_{number}(q, k, v):",
                "          return softmax(q @ k.T) @ v",
                "      ```",
                "",
                "      | a | b |",
                "      |---|---|",
                "      | 1 | 2 |",
            ]
        (folder / "content" / "decks" / f"deck-{deck}.yaml").write_text(
            "\n".join(lines) + "\n", encoding="utf-8"
        )
    settings = Settings(
        content=str(folder / "content"),
        zone="UTC",
        new_limit=9999,
        review_limit=9999,
        workspace=str(folder / "w"),
    )
    return Places(
        settings,
        folder / "settings.toml",
        folder / "quizzer.db",
        folder / "backups",
        folder / "cache",
        folder / "w",
    )


def environment_of(places: Places) -> dict[str, str]:
    """Return the environment variables under which the program finds `places`."""
    return {
        "QUIZZER_CONTENT": places.settings.content,
        "QUIZZER_DATABASE": str(places.database),
        "QUIZZER_WORKSPACE": str(places.workspace),
        "QUIZZER_NEW_LIMIT": str(places.settings.new_limit),
        "QUIZZER_REVIEW_LIMIT": str(places.settings.review_limit),
        "QUIZZER_ZONE": "UTC",
        "XDG_CACHE_HOME": str(places.cache.parent),
        "XDG_CONFIG_HOME": str(places.cache.parent / "config"),
    }
