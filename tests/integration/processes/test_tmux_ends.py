"""How the application ends and steps aside in a real terminal: signals, a crash, an editor."""

from __future__ import annotations

import os
import shlex
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.processes.database import answered_keys, assert_sound
from tests.integration.processes.shell import PATIENCE_S
from tests.integration.processes.terminal import PROMPT, Terminal
from tests.support import WriteDeck

USABLE = ["0", "1", "0"]  # off the other screen, with a cursor, without the mouse


@pytest.fixture
def terminal(
    tmp_path: Path, shipped: Path, write_deck: WriteDeck, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Terminal]:
    """A terminal of 80 columns and 24 lines, with one deck of nine notes."""
    write_deck("attention", *(f"n{number}" for number in range(1, 10)))
    monkeypatch.setenv("QUIZZER_CONTENT", str(shipped))
    with Terminal(tmp_path, 80, 24) as terminal:
        terminal.wait_for(PROMPT)
        yield terminal


def state_of(terminal: Terminal) -> list[str]:
    """Return whether the terminal shows the other screen, its cursor, and takes the mouse."""
    return [terminal.ask(name) for name in ("alternate_on", "cursor_flag", "mouse_any_flag")]


def answer_one(terminal: Terminal) -> None:
    """Start a review, rate its first card and reveal the second."""
    terminal.type("quizzer review")
    terminal.wait_for("What is n1?")
    terminal.press("Space")
    terminal.wait_for("It is n1.", "3 Good")
    terminal.press("3")
    terminal.wait_for("What is n2?")
    terminal.press("Space")
    terminal.wait_for("It is n2.", "3 Good")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_in_a_review_leaves_terminal_and_log_whole(
    terminal: Terminal, number: signal.Signals
) -> None:
    """The terminal is as before, the code is the signal's, the answer given stands, and no other."""
    answer_one(terminal)
    os.kill(terminal.quizzer_pid, number)
    terminal.wait_until(lambda screen: screen.rstrip().endswith(PROMPT))
    terminal.type("echo code-$? $((6 * 7)); stty -a | grep -o ' echo '")
    terminal.wait_for(f"code-{128 + number} 42", "\n echo\n")
    assert state_of(terminal) == USABLE
    assert answered_keys() == ["n1"]
    assert_sound()


def test_a_terminal_that_is_gone_ends_the_review(terminal: Terminal) -> None:
    """When the window is closed the process ends, and what was answered stands."""
    answer_one(terminal)
    pid = terminal.quizzer_pid
    terminal._tmux("new-window", "-d")  # else the server would end with its last window
    terminal._tmux("kill-window", "-t", ":0")
    cap = time.monotonic() + PATIENCE_S
    while Path(f"/proc/{pid}").exists() and "State:\tZ" not in _status(pid):
        assert time.monotonic() < cap, "quizzer went on without its terminal"
    assert answered_keys() == ["n1"]
    assert_sound()


def test_a_crash_gives_the_terminal_back_and_says_where_to_read(terminal: Terminal) -> None:
    """An error that nobody expected ends as a sentence on a usable terminal, with no traceback."""
    program = (
        "import sys\n"
        "from quizzer.services.review import ReviewSession\n"
        "def undo(session): raise ZeroDivisionError('a bug')\n"
        "ReviewSession.undo = undo\n"
        "from quizzer.cli.main import main\n"
        "main(['review'])\n"
    )
    terminal.type(f"{shlex.quote(sys.executable)} -c {shlex.quote(program)}")
    terminal.wait_for("What is n1?")
    terminal.press("Space")
    terminal.wait_for("It is n1.", "3 Good")
    terminal.press("3")
    terminal.wait_for("What is n2?")
    terminal.press("u")
    screen = terminal.wait_for("something unexpected happened", PROMPT)
    assert "Traceback" not in screen
    assert state_of(terminal) == USABLE
    assert answered_keys() == ["n1"]


def test_a_tiny_window_is_lived_through(terminal: Terminal) -> None:
    """At 20 by 5 a card is asked, revealed and rated; grown again, the window shows the next."""
    terminal.type("quizzer review")
    terminal.wait_for("What is n1?")
    terminal.resize(20, 5)
    terminal.press("Space", "3")
    terminal.wait_until(lambda _: answered_keys() == ["n1"])
    terminal.press("?")
    terminal.wait_for("Keys")
    terminal.press("Escape")  # alone: what follows at once would be taken for Alt with a key
    terminal.wait_until(lambda screen: "Keys" not in screen)
    terminal.resize(80, 24)
    terminal.wait_for("What is n2?", "1 done")
    os.kill(terminal.quizzer_pid, 0)


def test_an_edit_gives_the_terminal_to_the_editor_and_takes_it_back(
    terminal: Terminal, tmp_path: Path
) -> None:
    """The editor has the terminal for itself, at the note's line; then the card is asked as it is now."""
    editor = tmp_path / "vi"
    editor.write_text(
        '#!/bin/sh\necho "editing $1"\nread answer\nsed -i "s/What is n1/What is $answer/" "$2"\n',
        encoding="utf-8",
    )
    editor.chmod(0o755)
    terminal.type(f"EDITOR={editor} quizzer review")
    terminal.wait_for("What is n1?")
    terminal.press("e")
    terminal.wait_for("editing +7")
    assert terminal.ask("alternate_on") == "0"
    terminal.type("one")
    terminal.wait_for("What is one?", "your copy of the note")
    terminal.press("Space")
    terminal.wait_for("It is n1.", "3 Good")
    terminal.press("3")
    terminal.wait_for("What is n2?")
    assert answered_keys() == ["n1"]


@pytest.mark.parametrize("editor", ["false", "no-such-editor"])
def test_an_editor_that_fails_gives_the_terminal_back(terminal: Terminal, editor: str) -> None:
    """An editor that ends with an error, or does not start, is a message; the review goes on."""
    terminal.type(f"EDITOR={editor} quizzer review")
    terminal.wait_for("What is n1?")
    terminal.press("e")
    terminal.wait_for(f"the editor '{editor}'", "Enter closes")
    terminal.press("Enter")
    terminal.wait_for("What is n1?", "Space shows the answer")
    assert terminal.ask("alternate_on") == "1"


def test_the_first_start_asks_and_the_second_does_not(terminal: Terminal) -> None:
    """Three questions, then the first card; the next start is home. `--yes` asks nothing."""
    terminal.type("quizzer")
    terminal.wait_for("Welcome to quizzer", "How many new cards a day?")
    terminal.press("Enter", "Enter", "Enter")
    terminal.wait_for("What is n1?")
    terminal.press("C-c")
    terminal.wait_until(lambda screen: screen.rstrip().endswith(PROMPT))
    terminal.type("clear; quizzer")
    terminal.wait_for("All decks", "9 new")
    terminal.press("q")
    terminal.wait_until(lambda screen: screen.rstrip().endswith(PROMPT))
    terminal.type("clear; rm -r $XDG_DATA_HOME $XDG_CONFIG_HOME; quizzer --yes")
    terminal.wait_for("What is n1?")


def _status(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return "State:\tZ"
