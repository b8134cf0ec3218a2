"""Loading 5,000 notes: cold and unchanged, beside `yaml.compose` of the same text in the same run.

Run it with `python -m tests.benchmarks.bench_load`; budgets are 800 ms cold and 50 ms unchanged.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import yaml

from quizzer.content.library import load_library
from quizzer.content.locator import ContentRoots

DECKS = 25
NOTES_PER_DECK = 200
RUNS = 5
NOTE = r"""
  - id: deck-{deck}-note-{number}
    level: mid
    topics: [scaled-dot-product, attention-masks]
    q: Why are attention scores divided by $\sqrt{{d_k}}$ in case {number}?
    a: |
      The variance of a dot product grows with the width of its vectors, and a softmax over
      large scores saturates. **So** the gradients vanish.
    points: [the variance grows with the width, softmax saturates, gradients vanish]
    source: {{cite: "Vaswani et al., 2017", checked: opened}}
"""


def write_decks(root: Path) -> list[str]:
    """Write the decks below `root` and return their texts."""
    (root / "decks").mkdir(parents=True)
    texts = []
    for deck in range(DECKS):
        notes = "".join(NOTE.format(deck=deck, number=number) for number in range(NOTES_PER_DECK))
        texts.append(f"deck: deck-{deck}\nnotes:\n{notes}")
        (root / "decks" / f"deck-{deck}.yaml").write_text(texts[-1], encoding="utf-8")
    return texts


def best_ms(action: Callable[[], object]) -> float:
    """Return the least time that `action` takes, in milliseconds."""
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return min(times) * 1_000


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        texts = write_decks(base / "shipped")
        roots = ContentRoots(base / "shipped", base / "workspace")
        cache = base / "cache"
        library = load_library(roots, cache)
        assert len(library.origins) == DECKS * NOTES_PER_DECK
        assert not library.faults
        loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
        print(f"notes                {len(library.origins)} in {sum(map(len, texts)) / 1e6:.2f} MB")
        figures = {
            "cold": best_ms(lambda: load_library(roots, None)),
            "unchanged": best_ms(lambda: load_library(roots, cache)),
            "yardstick: compose": best_ms(lambda: [yaml.compose(text, Loader=loader) for text in texts]),
        }
        for name, figure in figures.items():
            print(f"{name:20} {figure:8.1f} ms")


if __name__ == "__main__":
    main()
