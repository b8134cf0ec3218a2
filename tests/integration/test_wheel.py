"""The wheel as it is installed: outside the checkout, with its own copy of the decks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.integration.processes.shell import PATIENCE_S, check_manners, environment, run

ROOT = Path(__file__).parents[2]
INSTALLED_AS = "import quizzer; print(quizzer.__file__)"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that is built from this checkout, without the network."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True, timeout=PATIENCE_S)
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new virtual environment with the wheel in it; its dependencies are this environment's."""
    folder = tmp_path_factory.mktemp("installed") / "venv"
    venv.create(folder, symlinks=True, with_pip=False)
    python = folder / "bin" / "python"
    install = ["install", "--no-deps", "--no-index", "--quiet", "--disable-pip-version-check", str(wheel)]
    pip = [sys.executable, "-m", "pip", "--python", str(python), *install]
    subprocess.run(pip, check=True, capture_output=True, timeout=PATIENCE_S)
    (site_packages,) = folder.glob("lib/python*/site-packages")
    # A .pth file only adds a folder at the end: the .pth of an editable install in it is not read.
    (site_packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return folder


def test_the_wheel_holds_program_and_content_and_no_tests(wheel: Path) -> None:
    """The wheel carries the package, its data files, the decks and the katas, and nothing else."""
    with ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    content = {
        f"quizzer/_content/{path.relative_to(ROOT)}"
        for folder in ("decks", "katas", "reference")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    assert {
        "quizzer/_content/decks/_syllabus.yaml",
        "quizzer/_content/katas/flash_attention/kata.yaml",
        "quizzer/_content/reference/flash_attention.py",
    } <= content
    assert content == {name for name in names if name.startswith("quizzer/_content/")}
    assert {"quizzer/tui/quizzer.tcss", "quizzer/storage/migrations/versions/0001_first.py"} <= names
    assert all(name.startswith("quizzer/") for name in names)
    parts = {part for name in names for part in name.split("/")}
    assert not [part for part in parts if part.startswith("test") or part in {"conftest.py", "__pycache__"}]


def test_an_installed_quizzer_reads_its_own_decks(installed: Path, tmp_path: Path) -> None:
    """Outside the checkout the installed program lists the decks, shows what is due, and reviews."""
    found = _run(installed, tmp_path, "python", "-c", INSTALLED_AS)
    assert Path(found.strip()).is_relative_to(installed)

    decks = json.loads(_run(installed, tmp_path, "quizzer", "deck", "list", "--json"))
    assert {deck["deck"] for deck in decks} == {path.stem for path in (ROOT / "decks").glob("[!_]*.yaml")}
    assert all(Path(deck["path"]).is_relative_to(installed) for deck in decks)
    due = json.loads(_run(installed, tmp_path, "quizzer", "due", "--json"))
    assert (due["due"], due["new"], due["drill"]) == (0, 20, 0)
    said = _run(installed, tmp_path, "quizzer", "review", "--plain")
    assert "\n[0 due, 20 new, 0 drill] " in said
    assert "\nNo card was answered.\n20 cards left for today.\nTomorrow 0 cards will be due.\n" in said
    listed = json.loads(_run(installed, tmp_path, "quizzer", "kata", "--json", "-"))
    assert {kata["kata"].replace("-", "_") for kata in listed} == {
        path.parent.name for path in (ROOT / "katas").glob("*/kata.yaml")
    }
    (kata,) = due["katas"]
    assert said.endswith(f" · {kata['command']}\n")
    doctor = _run(installed, tmp_path, "quizzer", "doctor")
    assert f"shipped decks: {installed}" in doctor
    assert "(installed)" in doctor


def test_an_installed_quizzer_grades_a_kata(installed: Path, tmp_path: Path) -> None:
    """The installed program finds its katas, starts its grader and confines the submission."""
    reference = ROOT / "reference" / "flash_attention.py"
    arguments = ("flash-attention", "--submission", str(reference), "--json", "-")
    verdict = json.loads(_run(installed, tmp_path, "quizzer", "kata", *arguments))
    assert (verdict["status"], verdict["mode"]) == ("PASSED", "strict")
    assert {gate["status"] for gate in verdict["gates"] if "gpu" not in gate["name"]} == {"PASSED"}


def test_an_installed_quizzer_writes_an_answer(
    installed: Path, tmp_path: Path, shipped: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer given to the installed program through a pipe counts on the next start."""
    (shipped / "decks" / "facts.yaml").write_text(
        "deck: facts\ntitle: Facts\nnotes:\n  - {id: f1, q: Why?, a: Because., level: mid, topics: [t],"
        " source: {cite: A book, checked: recalled}}\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("QUIZZER_CONTENT", str(shipped))
    said = _run(installed, tmp_path, "quizzer", "review", answers="\n4\n")

    assert "Because." in said
    assert "1 answer: 1 easy" in said
    assert _run(installed, tmp_path, "quizzer", "due") == "Nothing is due today.\n"


def test_a_checkout_reads_the_folder_of_decks_itself() -> None:
    """Run from a checkout, editable installs included, quizzer reads `decks/` and holds no copy."""
    decks = json.loads(run("deck", "list", "--json").out)

    assert decks
    assert {Path(deck["path"]).parent for deck in decks} == {ROOT / "decks"}
    assert not (ROOT / "quizzer" / "_content").exists()


def _run(installed: Path, cwd: Path, name: str, *arguments: str, answers: str = "") -> str:
    """Run a script of the environment to its end with 0 and return what it printed on stdout."""
    process = subprocess.run(
        [installed / "bin" / name, *arguments],
        input=answers,
        capture_output=True,
        encoding="utf-8",
        env=environment() | {"PATH": f"{installed / 'bin'}{os.pathsep}{os.environ['PATH']}"},
        cwd=cwd,
        timeout=PATIENCE_S,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    check_manners(process.stdout + process.stderr)
    return process.stdout
