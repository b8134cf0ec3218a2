"""`quizzer kata` as a learner calls it: without a terminal through click's runner, with one at a console."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from quizzer.cli.console import Console
from quizzer.cli.kata import Wanted
from quizzer.cli.kata_run import run_kata
from quizzer.cli.main import cli
from quizzer.core.verdict import GateResult, GateStatus, Status, Verdict
from quizzer.errors import QuizzerError
from tests.support import PreparedGrader, WriteDeck, WriteKata, make_verdict

SOLUTION = "def double(x):\n    return x + x\n"
PASSED = make_verdict(
    Status.PASSED, gates=(GateResult("cpu_time", GateStatus.PASSED, 1.25, 60.0, 1.0, "ms"),)
)
FAILED = make_verdict(Status.FAILED, misconception="drops-the-sign", notes=("a1", "a2"))
SUBMISSION = Path("quizzer", "katas", "double_it.py")


@dataclass
class Outcome:
    """What a call left behind."""

    code: int
    out: str
    err: str = ""


Call = Callable[..., Outcome]


@pytest.fixture(autouse=True)
def content(
    shipped: Path, write_deck: WriteDeck, write_kata: WriteKata, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Give every call one deck and the kata double-it."""
    write_deck("attention", "a1", "a2", "a3")
    write_kata()
    monkeypatch.setenv("QUIZZER_CONTENT", str(shipped))
    monkeypatch.setenv("QUIZZER_ZONE", "UTC")


@pytest.fixture
def call() -> Call:
    """Call `quizzer` without a terminal; the grader gives the verdicts."""

    def run(*arguments: str, verdicts: tuple[Verdict, ...] = ()) -> Outcome:
        grader = PreparedGrader(list(verdicts))
        result = CliRunner().invoke(cli, arguments, obj=grader)
        if isinstance(result.exception, QuizzerError):
            return Outcome(result.exception.exit_code, result.stdout, str(result.exception))
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Outcome(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture
def talk() -> Call:
    """Call `quizzer kata double-it` at a terminal on which `lines` are typed."""

    def run(*lines: str, verdicts: tuple[Verdict, ...] = (), **options: object) -> Outcome:
        console = Patient(io.StringIO(), io.StringIO("".join(f"{line}\n" for line in lines)), True, width=90)
        code = run_kata("double-it", want(**options), PreparedGrader(list(verdicts)), console)
        assert isinstance(console.sink, io.StringIO)
        return Outcome(code, console.sink.getvalue())

    return run


class Patient(Console):
    """A console at which the learner presses Ctrl-C when nothing has happened for a while."""

    def wait(self, seconds: float) -> None:
        """Press Ctrl-C."""
        raise KeyboardInterrupt


def want(**options: object) -> Wanted:
    """Return the options of a call, none set but these."""
    flags = (
        "watch",
        "edit",
        "start",
        "hint",
        "reveal",
        "give_up",
        "regrade",
        "undo",
        "yes",
        "clock_is_right",
    )
    values = dict.fromkeys(("submission", "seed", "json", "junit")) | dict.fromkeys(flags, False)
    return Wanted(**(values | options))  # type: ignore[arg-type]


def write(home: Path, text: str = SOLUTION) -> Path:
    """Write the learner's file."""
    path = home / SUBMISSION
    path.write_text(text, encoding="utf-8")
    return path


def test_a_new_kata_is_laid_out(call: Call, home: Path) -> None:
    """The first call shows the prompt, where to write, and what to do next."""
    outcome = call("kata", "double-it")

    assert outcome.code == 0
    assert "Write double(x): every element twice." in outcome.out
    assert "Write your solution into ~/quizzer/katas/double_it.py (par: 20 minutes)." in outcome.out
    assert "quizzer kata double-it --hint" in outcome.out
    assert (home / SUBMISSION).read_text(encoding="utf-8").startswith("def double(x):")


def test_a_failure_says_what_is_needed(call: Call, home: Path) -> None:
    """Cases line by line, the first that failed with its misconception, pulled cards, the next step."""
    call("kata", "double-it")
    write(home)
    outcome = call("kata", "double-it", verdicts=(FAILED,))

    assert outcome.code == 1
    lines = outcome.out.splitlines()
    assert "  ✓ passed        Every element is doubled." in lines
    assert "  ✗ failed        A negative number is doubled." in lines
    assert "    at [0]: expected -2.0, found 2.0" in lines
    assert "  What it looks like: drops the sign" in lines
    assert "    You have drops-the-sign." in lines
    assert "2 cards that explain this wait in today's queue: 'quizzer review'." in outcome.out
    assert "Next:   mend ~/quizzer/katas/double_it.py" in lines
    assert "Then:   quizzer kata double-it" in lines
    assert "\x1b" not in outcome.out
    assert json.loads(call("due", "--json").out)["pulled"] == 2


def test_a_pass_without_a_terminal_records_the_suggestion(call: Call, home: Path) -> None:
    """It is rated at once, its gates shown, and the rating can be taken back."""
    call("kata", "double-it")
    write(home)
    outcome = call("kata", "double-it", verdicts=(PASSED,))

    assert outcome.code == 0
    assert "  ✓ passed        cpu time: measured 1.25 ms, limit 60 ms, par 1 ms" in outcome.out
    assert "Passed without a hint in 0 minutes, par is 20. Suggested: Easy." in outcome.out
    assert "Rated Easy. Double it comes back on " in outcome.out
    assert "'quizzer kata double-it --undo' takes the rating back." in outcome.out
    assert "Undone: Easy." in call("kata", "double-it", "--undo").out
    assert call("kata").out.splitlines()[1].split() == [
        *("double-it", "Double", "it", "mid", "20", "min", "passed", "open")
    ]


def test_the_learner_chooses_the_rating(talk: Call, home: Path) -> None:
    """At a terminal the suggestion is one key away, and another rating too; a wrong key is asked again."""
    talk()
    write(home)
    outcome = talk("9", "2", verdicts=(PASSED,))

    assert "1 Again (1 d)  2 Hard (1 d)  3 Good (1 d)  4 Easy (1 d)" in outcome.out
    assert "Rating (1-4, Enter for 4)? A number from 1 to 4 was expected." in outcome.out
    assert "Rated Hard." in outcome.out


def test_a_pass_that_was_not_rated_asks_again(talk: Call, home: Path) -> None:
    """When input ends before the rating, the next call asks for it and grades nothing."""
    talk()
    write(home)
    first = talk(verdicts=(PASSED,))
    second = talk("")

    assert first.code == 0
    assert "Not rated yet; your solution is stored." in first.out
    assert "Double it has passed and waits for its rating." in second.out
    assert "Rated Easy." in second.out


def test_neither_new_nor_due_shows_the_last_verdict_and_asks(call: Call, talk: Call, home: Path) -> None:
    """Being called is no reason to touch a file: a terminal is asked, without one --start is named."""
    call("kata", "double-it")
    path = write(home)
    call("kata", "double-it", verdicts=(PASSED,))

    refused = call("kata", "double-it")
    declined = talk("n")
    assert (refused.code, declined.code) == (2, 0)
    assert "--start" in refused.err
    assert "PASSED: 2 of 2 cases passed" in declined.out
    assert path.read_text(encoding="utf-8") == SOLUTION
    accepted = talk("y")
    assert "Your earlier file is kept as ~/quizzer/archive/double-it/" in accepted.out
    assert path.read_text(encoding="utf-8") != SOLUTION


def test_start_begins_a_kata_that_is_not_due(call: Call, home: Path) -> None:
    """--start opens a sitting at any time but while one is open."""
    call("kata", "double-it")
    write(home)
    assert call("kata", "double-it", "--start").code == 2
    call("kata", "double-it", "--give-up")

    assert call("kata", "double-it", "--start").code == 0


def test_watch_grades_every_change_until_it_passes(talk: Call, home: Path) -> None:
    """What is in the file is graded at once, and unchanged no second time; a pass ends the watch."""
    talk()
    write(home)
    failed = talk(verdicts=(FAILED,), watch=True)
    passed = talk("", verdicts=(PASSED,), watch=True)

    assert failed.out.count("FAILED:") == 1
    assert failed.out.endswith("The sitting stays open.\n")
    assert "Rated Easy." in passed.out


def test_watch_waits_over_a_blank_starter_and_a_missing_file(talk: Call, home: Path) -> None:
    """Neither is graded: the learner has not written yet, or the editor is replacing the file."""
    assert "Grading" not in talk(watch=True).out
    (home / SUBMISSION).unlink()
    assert "Grading" not in talk(watch=True).out


def test_a_submission_outside_any_sitting_records_nothing(call: Call, tmp_path: Path, home: Path) -> None:
    """--submission opens no sitting and writes no database; --regrade grades the learner's file likewise."""
    path = tmp_path / "mine.py"
    path.write_text(SOLUTION, encoding="utf-8")
    failed = call("kata", "double-it", "--submission", str(path), verdicts=(FAILED,))

    assert failed.code == 1
    assert not list(home.rglob("*.db"))
    assert call("kata", "double-it", "--submission", str(path), verdicts=(PASSED,)).code == 0
    assert call("kata", "double-it", "--regrade").code == 2
    call("kata", "double-it")
    assert call("kata", "double-it", "--regrade", verdicts=(PASSED,)).code == 0
    assert call("kata").out.splitlines()[1].split()[-2:] == ["-", "open"]


def test_a_fault_of_quizzer_exits_with_3(call: Call, home: Path) -> None:
    """ERRORED is neither the learner's failure nor an attempt."""
    call("kata", "double-it")
    write(home)
    broken = make_verdict(Status.ERRORED, cases=(), problem="the reference failed")
    outcome = call("kata", "double-it", verdicts=(broken,))

    assert outcome.code == 3
    assert "  the reference failed" in outcome.out
    assert "nothing was recorded" in outcome.out


def test_json_is_the_verdict_and_the_sitting(call: Call, home: Path) -> None:
    """One object on stdout and nothing else; a pass is rated with the suggestion."""
    started = json.loads(call("kata", "double-it", "--json", "-").out)
    write(home)
    failed = json.loads(call("kata", "double-it", "--json", "-", "--seed", "5", verdicts=(FAILED,)).out)
    passed = json.loads(call("kata", "double-it", "--json", "-", verdicts=(PASSED,)).out)

    assert (started["kata"], started["status"]) == ("double-it", "STARTED")
    assert (failed["status"], failed["mode"], failed["seed"]) == ("FAILED", "strict", 5)
    assert failed["cases"][1]["misconception"] == "drops-the-sign"
    assert failed["sitting"]["pulled"] == 2
    assert failed["sitting"]["attempts"] == 1
    assert passed["gates"] == [
        {
            **{"name": "cpu_time", "status": "PASSED", "measured": 1.25, "limit": 60.0, "par": 1.0},
            **{"unit": "ms", "message": "", "misconception": "", "explanation": "", "notes": []},
        }
    ]
    assert passed["sitting"]["rating"] == "easy"
    assert (passed["sitting"]["is_open"], passed["sitting"]["attempts"]) == (False, 2)


def test_junit_is_valid_xml_whatever_the_submission_said(call: Call, home: Path, tmp_path: Path) -> None:
    """Cases and gates are test cases; what XML may not hold is left out of messages."""
    call("kata", "double-it")
    write(home)
    gates = (GateResult("cpu_time", GateStatus.SKIPPED, message="later"),)
    case = FAILED.cases[1]
    nasty = type(case)(case.name, case.title, case.status, "\x1b[31m<&>\x00\uffff", "x", "y")
    verdict = make_verdict(Status.FAILED, cases=(FAILED.cases[0], nasty), gates=gates, output="]]>\x07")
    call("kata", "double-it", "--junit", str(tmp_path / "r.xml"), verdicts=(verdict,))

    suite = ElementTree.parse(tmp_path / "r.xml").getroot()[0]
    assert dict(suite.items())["tests"] == "3"
    assert [suite.get(name) for name in ("failures", "errors", "skipped")] == ["1", "0", "1"]
    failure = suite.find("testcase/failure")
    assert failure is not None
    assert failure.get("message") == "<&>"


def test_what_a_submission_says_cannot_move_the_cursor(call: Call, home: Path) -> None:
    """Messages, output and problems are cleaned before the screen."""
    call("kata", "double-it")
    write(home)
    case = FAILED.cases[1]
    nasty = type(case)(case.name, "T\x1b[2Jitle", case.status, "mess\x1b]0;x\x07age", "m\x9bx", "e\x1b[1mx")
    verdict = make_verdict(Status.FAILED, cases=(nasty,), output="out\x1b[Hput")
    shown = call("kata", "double-it", verdicts=(verdict,)).out

    assert "message" in shown
    assert "output" in shown
    assert not set(shown) & set("\x1b\x9b\x07")


def test_hints_reveal_and_giving_up(call: Call) -> None:
    """Hints come one more a call, the reference is printed as it is, and giving up ends the sitting."""
    assert call("kata", "double-it", "--hint").code == 2
    call("kata", "double-it")

    assert call("kata", "double-it", "--hint").out == "Hint 1 of 3:\nThink of adding.\n"
    assert call("kata", "double-it", "--hint").out.count("Hint") == 2
    assert call("kata", "double-it", "--reveal").out == "def double(x):\n    return x + x\n"
    assert "Rated Again." in call("kata", "double-it", "--give-up").out
    assert call("kata", "double-it", "--give-up").code == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["double-it", "--hint", "--start"], "--start and --hint exclude each other"),
        (["double-it", "--watch", "--json", "-"], "--watch goes with neither"),
        (["double-it", "--watch", "--reveal"], "--watch and --reveal exclude each other"),
        (["double-it", "--hint", "--json", "-"], "--hint gives no report"),
        (["--hint"], "name the kata"),
        (["duble-it"], "did you mean 'double-it'"),
        (["double-it", "--submission", "nowhere.py"], "there is no such file"),
    ],
)
def test_wrong_usage_is_a_sentence(call: Call, arguments: list[str], message: str) -> None:
    """Options that contradict each other and names that lead nowhere exit with 2."""
    outcome = call("kata", *arguments)

    assert outcome.code == 2
    assert message in outcome.err


def test_a_report_that_cannot_be_written_loses_no_attempt(call: Call, home: Path) -> None:
    """A wrong folder is told of after the attempt was stored."""
    call("kata", "double-it")
    write(home)
    outcome = call("kata", "double-it", "--json", "/nowhere/r.json", verdicts=(FAILED,))

    assert outcome.code == 2
    assert "the report cannot be written" in outcome.err
    assert "failed" in call("kata").out


def test_the_list_as_json(call: Call) -> None:
    """Programs get the list of katas too."""
    (row,) = json.loads(call("kata", "--json", "-").out)

    assert (row["kata"], row["level"], row["par_minutes"], row["is_new"]) == ("double-it", "mid", 20, True)


def test_the_editor_of_the_learner_is_opened(
    call: Call, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """--edit runs $EDITOR on the file and grades what it wrote."""
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\necho '# edited' >> \"$1\"\n", encoding="utf-8")
    editor.chmod(0o755)
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", str(editor))
    outcome = call("kata", "double-it", "--edit", verdicts=(FAILED,))

    assert outcome.code == 1
    assert (home / SUBMISSION).read_text(encoding="utf-8").endswith("# edited\n")
