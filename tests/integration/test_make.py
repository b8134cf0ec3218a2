"""The Makefile, with Pythons that cannot be used and ones that install nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.processes.shell import PATIENCE_S, environment

ROOT = Path(__file__).parents[2]
# Stand-ins for python3. Each answers what the Makefile asks of it, and nothing else.
TOO_OLD = f"""#!/bin/sh
exec {sys.executable} -c 'import sys; sys.version_info = (3, 10, 4); exec(sys.argv[2])' "$@"
"""
WITHOUT_VENV = f"""#!/bin/sh
if [ "$1" = -m ]; then mkdir -p .venv/bin; echo "No module named venv" >&2; exit 1; fi
exec {sys.executable} "$@"
"""
# Makes a virtual environment whose pip only writes down what it is asked for, and exits as it is told.
WITHOUT_PIP = f"""#!/bin/sh
if [ "$1" = -m ]; then
  mkdir -p .venv/bin
  printf '#!/bin/sh\\necho "$@" >> pip.log; exit $PIP_EXIT\\n' > .venv/bin/python
  printf '#!/bin/sh\\necho "quizzer $@"\\n' > .venv/bin/quizzer
  chmod +x .venv/bin/python .venv/bin/quizzer
  exit 0
fi
exec {sys.executable} "$@"
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with what `make` needs of a checkout."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, folder)
    return folder


def test_a_dry_run_names_the_steps_of_a_review(checkout: Path) -> None:
    """`make -n review` makes the environment, installs, and opens the review, in this order."""
    result = _make(checkout, "-n", "review")

    steps = ["-m venv .venv", "pip install", "-e .", ".venv/bin/quizzer review"]
    places = [result.stdout.index(step) for step in steps]
    assert result.returncode == 0
    assert places == sorted(places)


def test_make_alone_is_a_review(checkout: Path) -> None:
    """`make` without a goal is `make review`."""
    alone, review = (_make(checkout, "-n", *goals).stdout.splitlines() for goals in ([], ["review"]))
    assert alone[-1] == review[-1] == ".venv/bin/quizzer review"


@pytest.mark.parametrize("goal", ["review", "test"])
def test_a_python_that_is_too_old_gets_one_sentence(checkout: Path, goal: str) -> None:
    """An old Python stops `make` with what is needed and what to try, and makes nothing."""
    result = _make(checkout, goal, python=TOO_OLD)

    assert result.returncode != 0
    assert result.stdout == (
        f"quizzer needs Python 3.11 or newer; python3 is older. Try: make PYTHON=python3.12 {goal}\n"
    )
    assert not (checkout / ".venv").exists()


def test_a_python_without_venv_gets_one_sentence(checkout: Path) -> None:
    """Where Python cannot make environments, `make` says what to install and leaves no half-made one."""
    result = _make(checkout, "review", python=WITHOUT_VENV)

    assert result.returncode != 0
    assert result.stdout == (
        "Python's venv module is missing. On Debian or Ubuntu: sudo apt install python3-venv\n"
    )
    assert not (checkout / ".venv").exists()


def test_an_install_that_fails_is_tried_again(checkout: Path) -> None:
    """An installation that breaks off is not taken for done: the next `make` installs, the one after not."""
    failed = _make(checkout, "review", python=WITHOUT_PIP, PIP_EXIT="1")
    assert failed.returncode != 0
    assert "quizzer review" not in failed.stdout

    mended = _make(checkout, "review", python=WITHOUT_PIP, PIP_EXIT="0")
    again = _make(checkout, "review", python=WITHOUT_PIP, PIP_EXIT="0")
    assert mended.stdout.splitlines()[-1] == "quizzer review"
    assert again.stdout == "quizzer review\n"
    assert len((checkout / "pip.log").read_text(encoding="utf-8").splitlines()) == 2


def test_clean_leaves_only_the_sources(checkout: Path) -> None:
    """`make clean` removes the environment and the caches, and nothing of the learner's."""
    sources = sorted(checkout.iterdir())
    for name in (".venv", ".mypy_cache", ".ruff_cache", ".pytest_cache", "dist"):
        (checkout / name).mkdir()

    assert _make(checkout, "clean").returncode == 0
    assert sorted(checkout.iterdir()) == sources


def _make(
    checkout: Path, *arguments: str, python: str = "", **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run make in the checkout; `python` is the text of the `python3` that it finds first."""
    folder = checkout.parent / "bin"
    folder.mkdir(exist_ok=True)
    if python:
        (folder / "python3").write_text(python, encoding="utf-8")
        (folder / "python3").chmod(0o755)
    path = f"{folder}{os.pathsep}{os.environ['PATH']}"
    # A make around the tests must not pass its own flags on.
    outer = {name: value for name, value in environment().items() if not name.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(
        ["make", *arguments],
        cwd=checkout,
        env=outer | {"PATH": path, "LC_ALL": "C"} | variables,
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE_S,
        check=False,
    )
