"""`--plain`, NO_COLOR and pipes: no colour, no boxes, no moves of the cursor, at a terminal either."""

from __future__ import annotations

import os
import pty
import re
import subprocess
from pathlib import Path

import pytest

from tests.conftest import KATA_FILES
from tests.integration.processes.shell import PATIENCE_S, command, environment, run
from tests.support import WriteDeck, WriteKata

SOLUTION = "{solution}"  # stands for the path of a wrong solution
FOREIGN = re.compile(r"[\x1b\u2500-\u259f]")  # escapes, boxes and blocks
CALLS = {
    "the list of katas": ("kata",),
    "a kata": ("kata", "double-it", "--yes"),
    "a grading": ("kata", "double-it", "--submission", SOLUTION),
    "cards that fit": ("cards", "is:new"),
    "cards set apart": ("cards", "--flagged"),
}


@pytest.fixture(autouse=True)
def content(
    shipped: Path, write_deck: WriteDeck, write_kata: WriteKata, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One deck and one kata for every process of this module."""
    monkeypatch.setenv("QUIZZER_CONTENT", str(shipped))
    write_deck("attention", "a1", "a2")
    write_kata()


@pytest.fixture
def solution(tmp_path: Path) -> Path:
    """A wrong solution of the kata."""
    path = tmp_path / "solution.py"
    path.write_text("def double(x):\n    return x + x + x\n", encoding="utf-8")
    return path


def at_a_terminal(*arguments: str, **variables: str) -> tuple[int, str]:
    """Return how quizzer ends and what it writes where stdout is a terminal and nobody types."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        command(*arguments),
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
        env=environment() | {"TERM": "xterm-256color"} | variables,
    ) as process:
        os.close(theirs)
        written = b""
        try:
            while piece := os.read(ours, 65_536):
                written += piece
        except OSError:  # how Linux says that the other end was closed
            pass
        code = process.wait(PATIENCE_S)
    os.close(ours)
    return code, written.decode()


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("way", ["--plain", "NO_COLOR"])
def test_plain_is_plain_at_a_terminal(call: str, way: str, solution: Path) -> None:
    """No kata, grading or list of cards writes an escape or a box, be it asked by option or variable."""
    words = [word.format(solution=solution) for word in CALLS[call]]
    if way == "--plain":
        code, shown = at_a_terminal(*words, way)
    else:
        code, shown = at_a_terminal(*words, NO_COLOR="1")
    assert code == (1 if call == "a grading" else 0)
    assert shown.strip()
    assert not FOREIGN.findall(shown)


def test_a_grading_has_colour_where_nobody_says_otherwise(solution: Path) -> None:
    """At a terminal the verdict is coloured: what the other test looks for is there to be found."""
    words = [word.format(solution=solution) for word in CALLS["a grading"]]
    assert "\x1b[" in at_a_terminal(*words, NO_COLOR="")[1]


def test_lists_are_sentences() -> None:
    """A kata and a card are read aloud as one sentence each."""
    assert run("kata", "--plain").out == "double-it: Double it; mid, par 20 min, never graded, new.\n"
    assert run("cards", "is:new", "--plain").out == "a1: attention, new.\na2: attention, new.\n"


def test_the_list_of_katas_is_no_wider_than_the_terminal(write_kata: WriteKata) -> None:
    """At a terminal of 80 columns titles are cut; into a pipe they go whole."""
    title = "Double every element of a tensor, and then once more for good measure"
    text = KATA_FILES["kata.yaml"].replace("title: Double it", f"title: {title}")
    write_kata("double-every-element-again", {"kata.yaml": text})
    code, shown = at_a_terminal("kata")
    lines = shown.splitlines()
    assert code == 0
    assert max(map(len, lines)) <= 80
    assert all(line.endswith(("due", "new")) for line in lines)
    assert "Double every el" in shown
    assert title in run("kata").out


def test_pipes_are_plain() -> None:
    """Without a terminal no option is needed."""
    for call in (CALLS["the list of katas"], CALLS["a kata"], CALLS["cards that fit"]):
        outcome = run(*call)
        assert outcome.code == 0
        assert not FOREIGN.findall(outcome.out + outcome.err)
