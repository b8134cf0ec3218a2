"""Loading 5,000 notes, cold and unchanged, beside `yaml.compose` of the same text."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import yaml

from quizzer.content.library import load_library
from quizzer.content.locator import ContentRoots
from tests.benchmarks.measure import Figure

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


def measure() -> Iterator[Figure]:
    """Load the same decks without a cache, from the cache, and compose them bare."""
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        texts = write_decks(base / "shipped")
        roots = ContentRoots(base / "shipped", base / "workspace")
        library = load_library(roots, base / "cache")
        assert len(library.origins) == DECKS * NOTES_PER_DECK
        assert not library.faults
        loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
        cold = best_ms(lambda: load_library(roots, None))
        unchanged = best_ms(lambda: load_library(roots, base / "cache"))
        compose = best_ms(lambda: [yaml.compose(text, Loader=loader) for text in texts])
    yardstick = f"yaml.compose {compose:.0f} ms"
    yield Figure("load 5,000 notes, cold", f"{cold:.0f} ms", yardstick, "800 ms")
    yield Figure("load 5,000 notes, unchanged", f"{unchanged:.0f} ms", yardstick, "50 ms")
