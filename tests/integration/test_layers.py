"""The layers of the package, as the contracts in pyproject.toml draw them."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.integration.processes.shell import PATIENCE_S

ROOT = Path(__file__).parents[2]
# One illegal import for each contract: where it is added, and what.
ILLEGAL = {
    "Layers": ("core/deck.py", "import quizzer.services.clock"),
    "The core is pure": ("core/card.py", "import textual"),
    "The program never loads torch: it starts processes that do": ("services/due.py", "import torch"),
    "The faces ask the services": ("cli/due.py", "import quizzer.storage.log"),
}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the package and its contracts."""
    folder = tmp_path / "checkout"
    shutil.copytree(ROOT / "quizzer", folder / "quizzer", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_the_package_keeps_its_contracts(checkout: Path) -> None:
    """Every module imports only from layers below its own, and nothing that is forbidden to it."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    code, output = _lint(checkout)

    assert code == 0, output
    assert f"Contracts: {len(contracts['contracts'])} kept, 0 broken." in output


@pytest.mark.parametrize("contract", ILLEGAL)
def test_an_illegal_import_breaks_its_contract(checkout: Path, contract: str) -> None:
    """The contracts are not kept by chance: an illegal import breaks the one that forbids it."""
    module, statement = ILLEGAL[contract]
    with (checkout / "quizzer" / module).open("a", encoding="utf-8") as file:
        file.write(f"\n{statement}\n")

    code, output = _lint(checkout)

    assert code == 1, output
    assert f"{contract} BROKEN" in output


def test_a_new_package_must_be_given_its_layer(checkout: Path) -> None:
    """A package that no layer names breaks the contract of the layers."""
    (checkout / "quizzer" / "cellar").mkdir()
    (checkout / "quizzer" / "cellar" / "__init__.py").touch()

    code, output = _lint(checkout)

    assert code == 1, output
    assert "quizzer.cellar" in output


def _lint(checkout: Path) -> tuple[int, str]:
    process = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"],
        cwd=checkout,
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE_S,
        check=False,
    )
    return process.returncode, process.stdout + process.stderr
