"""What the tests of the markup share."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

FORMULAS = Path(__file__).parent / "formulas" / "formulas.txt"


@dataclass(frozen=True, slots=True)
class Golden:
    """One checked formula; None where it must be shown as its source."""

    name: str
    tex: str
    line: str | None
    rows: tuple[str, ...] | None


def read_formulas() -> list[Golden]:
    """Return the golden formulas: each was compared with its TeX by eye."""
    formulas = []
    for block in FORMULAS.read_text(encoding="utf-8").strip().split("\n\n"):
        name, tex, line, *rows = block.split("\n")
        drawn = tuple(row.removeprefix("row  |") for row in rows)
        formulas.append(
            Golden(
                name.removeprefix("# "),
                tex.removeprefix("tex   "),
                None if line == "raw line" else line.removeprefix("line  "),
                None if drawn == ("raw rows",) else drawn,
            )
        )
    return formulas


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that takes a `golden` for each formula of the file."""
    if "golden" in metafunc.fixturenames:
        formulas = read_formulas()
        metafunc.parametrize("golden", formulas, ids=[formula.name for formula in formulas])
