"""A day with quizzer in a real terminal."""

from __future__ import annotations

import json
import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.processes.database import answered_keys, assert_sound, rows
from tests.integration.processes.shell import run
from tests.integration.processes.terminal import PROMPT, Terminal
from tests.support import WriteDeck

DAY = 20  # new cards a day
SELECTIONS = re.compile(rb"\x1b\[([\d;]*)m")  # ECMA-48, SGR
COLOURS = [*range(30, 50), *range(90, 108)]


@pytest.fixture
def terminal(
    tmp_path: Path, shipped: Path, write_deck: WriteDeck, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Terminal]:
    """A terminal of 80 columns and 24 lines, with one deck of thirty notes."""
    write_deck("attention", *(f"n{number}" for number in range(1, 31)))
    monkeypatch.setenv("QUIZZER_CONTENT", str(shipped))
    with Terminal(tmp_path, 80, 24) as terminal:
        terminal.wait_for(PROMPT)
        yield terminal


def test_a_day_in_the_terminal(terminal: Terminal) -> None:
    """Ten answers, an undo, a kill and a new start: screen, log and counts agree throughout."""
    terminal.type("quizzer review")
    terminal.wait_for("What is n1?", f"0 done · 0 due · {DAY} new · 0 drill")
    for number in range(1, 11):
        _answer(terminal, number, "1" if number == 1 else "3")
        terminal.wait_for(f"{number} done · 0 due · {DAY - number} new · 1 drill", f"What is n{number + 1}?")
    terminal.press("u")
    terminal.wait_for("9 done · 0 due · 11 new · 1 drill", "What is n10?")

    os.kill(terminal.quizzer_pid, signal.SIGKILL)
    terminal.wait_for("Killed")
    assert answered_keys() == [f"n{number}" for number in range(1, 10)]
    assert rows("SELECT count(*), count(undone_at) FROM reviews") == [(10, 1)]
    assert _due() == (0, 11, 1)

    terminal.type("reset; quizzer review")
    terminal.wait_for("What is n10?", "0 done · 0 due · 11 new · 1 drill")
    _answer(terminal, 10, "4")
    terminal.wait_for("1 done · 0 due · 10 new · 1 drill", "What is n11?")
    terminal.press("q")
    terminal.wait_for("1 answer: 1 easy", "11 cards left for today.", "Tomorrow 10 cards will be due.")
    terminal.press("Enter")
    terminal.wait_for("11 cards left for today.", PROMPT)
    assert _due() == (0, 10, 1)
    assert answered_keys() == [f"n{number}" for number in range(1, 11)]
    assert_sound()


def test_a_resized_terminal_goes_on(terminal: Terminal) -> None:
    """Between 40 by 12 and 160 by 50, before and after the reveal, every card can be read and rated."""
    terminal.type("quizzer review")
    terminal.wait_for("What is n1?")
    for number, (width, height) in enumerate([(40, 12), (160, 50), (80, 24), (40, 12)], 1):
        terminal.resize(width, height)
        terminal.wait_for(f"What is n{number}?")
        terminal.press("Space")
        terminal.wait_for(f"It is n{number}.", "3 Good")
        terminal.resize(width + 7, height + 3)
        terminal.wait_for(f"It is n{number}.", "3 Good")
        terminal.press("3")
        terminal.wait_for(f"What is n{number + 1}?")
    assert answered_keys() == ["n1", "n2", "n3", "n4"]
    os.kill(terminal.quizzer_pid, 0)


@pytest.mark.parametrize("is_revealed", [False, True])
def test_an_interrupt_leaves_the_terminal_usable(terminal: Terminal, is_revealed: bool) -> None:
    """Ctrl-C in a review gives back a terminal that echoes, with its cursor, off the other screen."""
    terminal.type("quizzer review")
    terminal.wait_for("What is n1?")
    assert terminal.ask("alternate_on") == "1"
    if is_revealed:
        terminal.press("Space")
        terminal.wait_for("It is n1.", "3 Good")
    terminal.press("C-c")
    terminal.wait_for("No card was answered.", f"{DAY} cards left for today.")
    terminal.wait_until(lambda screen: screen.rstrip().endswith(PROMPT))
    terminal.type("echo code-$? $((6 * 7)); stty -a | grep -o ' echo '")

    terminal.wait_for("echo code-$? $((6 * 7))", "code-0 42", "\n echo\n")
    assert [terminal.ask(name) for name in ("alternate_on", "cursor_flag", "mouse_any_flag")] == [
        "0",
        "1",
        "0",
    ]


def test_a_review_with_its_errors_redirected_is_seen(terminal: Terminal, tmp_path: Path) -> None:
    """`quizzer review 2> file` shows its cards on the terminal, not in the file."""
    terminal.type(f"quizzer review 2> {tmp_path / 'errors.txt'}")
    terminal.wait_for("What is n1?")
    terminal.press("q", "Enter")  # asked line by line, since its errors go elsewhere
    terminal.wait_for("No card was answered.", f"{DAY} cards left for today.")
    assert (tmp_path / "errors.txt").read_text(encoding="utf-8") == ""


@pytest.mark.parametrize("variable", ["1", ""])
def test_no_colour_is_sent_where_none_is_wanted(terminal: Terminal, tmp_path: Path, variable: str) -> None:
    """With NO_COLOR nothing that is sent sets a colour, neither in a session nor in the palette."""
    sent = tmp_path / "sent"
    terminal.record(sent)
    terminal.type(f"NO_COLOR={variable} quizzer review; echo code-$?")
    terminal.wait_for("What is n1?")
    _answer(terminal, 1, "3")
    terminal.wait_for("What is n2?")
    terminal.press("C-p")
    terminal.wait_for("Go to browse")
    terminal.press("C-q")
    terminal.wait_for("code-0")
    codes = {
        int(code) for codes in SELECTIONS.findall(sent.read_bytes()) for code in codes.split(b";") if code
    }
    assert 1 in codes  # bold
    assert any(code in COLOURS for code in codes) is (not variable)


def _answer(terminal: Terminal, number: int, key: str) -> None:
    """Reveal the card n<number> and rate it."""
    terminal.press("Space")
    terminal.wait_for(f"It is n{number}.", "3 Good")
    terminal.press(key)


def _due() -> tuple[int, int, int]:
    """Return what another process counts: due, new and drill."""
    report = json.loads(run("due", "--json").out)
    return report["due"], report["new"], report["drill"]
