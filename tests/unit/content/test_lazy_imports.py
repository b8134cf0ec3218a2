from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from quizzer.content.library import load_library
from quizzer.content.locator import ContentRoots

WriteDeck = Callable[[str, str], Path]
ROOT = Path(__file__).parents[3]
HEAVY = ("yaml", "ruamel", "jinja2", "textual", "sqlalchemy", "rich")


def loaded_by(program: str) -> set[str]:
    """Return which of the heavy packages a fresh Python has imported after `program`."""
    check = f"{program}\nimport sys\nprint(*[name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", check], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_the_library_loads_nothing_heavy() -> None:
    """The library module imports neither YAML nor templates."""
    assert loaded_by("import quizzer.content.library") == set()


def test_decks_from_the_cache_need_no_yaml(
    roots: ContentRoots, write_shipped: WriteDeck, write_own: WriteDeck, tmp_path: Path
) -> None:
    """A library that comes whole from the cache, with its faults, is loaded without YAML."""
    write_shipped("_syllabus.yaml", "areas: []\n")
    write_own("a.yaml", "deck: a\nnotes: [{id: one, q: Q, a: A}]\n")
    write_own("b.yaml", "deck: b\nnotes: [{id: one, q: Q, a: A}, {id: two}]\n")
    arguments = f"Path({str(roots.shipped)!r}), Path({str(roots.learner)!r})"
    program = f"""
from pathlib import Path
from quizzer.content.library import load_library
from quizzer.content.locator import ContentRoots
assert len(load_library(ContentRoots({arguments}), Path({str(tmp_path / "cache")!r})).faults) == 2
"""
    assert loaded_by(program) == {"yaml"}
    assert loaded_by(program) == set()
    assert len(load_library(roots, tmp_path / "cache").decks) == 2
