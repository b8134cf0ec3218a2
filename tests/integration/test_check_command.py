"""`quizzer check`: what authors are told of decks and katas; the grader gives prepared verdicts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from quizzer.cli.main import cli
from quizzer.content.kata_folder import read_kata
from quizzer.content.locator import ContentRoots
from quizzer.core.kata import EntryPoint, Kata
from quizzer.core.verdict import CaseStatus, GateResult, GateStatus, Progress, Status, Verdict
from quizzer.errors import GradingError, UsageError
from quizzer.services.trivial import trivial_submissions
from tests.support import WriteDeck, WriteKata, make_verdict

REFERENCE = "def double(x):\n    return x + x\n"
HONEST = "def double(x):\n    return x.add(x)\n"
GATES = (GateResult("cpu_time", GateStatus.PASSED),)
PASSED = make_verdict(Status.PASSED, gates=GATES)


@dataclass
class KnowingGrader:
    """A grader that knows the solutions of double-it; `wrong` changes the verdict of sources with a word."""

    wrong: dict[str, Verdict | GradingError] = field(default_factory=dict)
    shuffled: list[str] = field(default_factory=list)
    seeds: list[int] = field(default_factory=list)

    def grade(
        self,
        kata: Kata,
        source: str,
        seed: int,
        *,
        shuffled: bool = False,
        is_stopped: Callable[[], bool] = lambda: False,
    ) -> Iterator[Progress | Verdict]:
        """Yield the verdict that the source deserves, or the wrong one."""
        self.seeds.append(seed)
        if shuffled:
            self.shuffled.append(source)
        for word, verdict in self.wrong.items():
            if word in source and (word != "x + x" or shuffled):
                if isinstance(verdict, GradingError):
                    raise verdict
                yield verdict
                return
        if source in (REFERENCE, HONEST):
            yield PASSED
            return
        names = [
            mistake.name for mistake in kata.mistakes if mistake.explanation.split("\n")[0][:9] in source
        ]
        yield make_verdict(Status.FAILED, misconception=names[0] if names else "")

    def close(self) -> None:
        """Nothing was started."""


Check = Callable[..., Result]


@pytest.fixture(autouse=True)
def kata(
    shipped: Path, write_deck: WriteDeck, write_kata: WriteKata, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """One deck, the kata double-it and an honest alternative to its reference."""
    write_deck("attention", "a1", "a2", "a3")
    honest = shipped / "tests" / "grading" / "honest" / "double-it"
    honest.mkdir(parents=True)
    (honest / "twice.py").write_text(HONEST, encoding="utf-8")
    monkeypatch.setenv("QUIZZER_CONTENT", str(shipped))
    return write_kata()


@pytest.fixture
def check() -> Check:
    """Call `quizzer check`."""

    def run(*arguments: str, **wrong: Verdict | GradingError) -> Result:
        grader = KnowingGrader({word.replace("_", " "): verdict for word, verdict in wrong.items()})
        return CliRunner().invoke(cli, ["check", *arguments], obj=grader, catch_exceptions=False)

    return run


def test_without_katas_all_files_are_read(check: Check, kata: Path) -> None:
    """Faults of decks and of katas' folders are named; two mistakes are too few."""
    result = check()

    assert result.exit_code == 1
    assert result.stdout == (
        f"{kata}/kata.yaml:1:1: the kata has 2 mistakes, expected at least 8 plausible ones: write what "
        "learners get wrong into mistakes/\n"
    )
    assert result.stderr == "all decks, 1 kata: 1 fault\n"


def test_a_path_is_a_kata_a_folder_of_katas_or_a_deck(check: Check, kata: Path, shipped: Path) -> None:
    """Each is checked alone."""
    for path in (kata, kata / "kata.yaml", kata.parent):
        assert check(str(path)).stderr == "1 kata: 1 fault\n"
    assert check(str(shipped / "decks" / "attention.yaml")).exit_code == 0


def test_right_verdicts_are_ok(check: Check) -> None:
    """Every known solution gets a line, and nothing is wrong."""
    result = check("--katas")

    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        f"ok     double-it: {name}"
        for name in (
            *("reference", "reference again, shuffled", "starter"),
            *("trivial: zeros", "trivial: ones", "trivial: the first input", "trivial: the mean"),
            *("mistake: calls-mul", "mistake: drops-the-sign", "honest: twice"),
        )
    ]


def test_the_report_says_which_mistakes_are_caught_named_and_by_what(check: Check) -> None:
    """Progress leaves standard output to the report; one mistake is caught but not named, one passes."""
    unnamed = make_verdict(Status.FAILED)
    result = check("--katas", "--report", abs=unnamed, mul=PASSED)

    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "| kata | mistakes | caught | named | honest programs passed |",
        "|---|---|---|---|---|",
        "| double-it | 2 | 1 (50 %) | 0 (0 %) | 1 of 1 |",
        "",
        "## double-it",
        "",
        "| mistake | named by | fails |",
        "|---|---|---|",
        "| calls-mul | **not caught** | 0 |",
        "| drops-the-sign | not named | 1 |",
    ]
    assert "ok     double-it: reference\n" in result.stderr
    assert "| drops-the-sign | test_negative | 1 |" in check("--katas", "--report").stdout


def test_a_seed_is_counted_on_and_without_one_chance_draws() -> None:
    """A run can be repeated, and its solutions are graded with different inputs all the same."""
    graders = [KnowingGrader() for _ in range(3)]
    for grader, arguments in zip(graders, (["--seed", "7"], [], []), strict=True):
        CliRunner().invoke(cli, ["check", "--katas", *arguments], obj=grader, catch_exceptions=False)

    seeded, one, other = (grader.seeds for grader in graders)
    assert seeded == list(range(7, 17))
    assert one != other


@pytest.mark.parametrize("option", [["--report"], ["--seed", "1"]])
def test_a_report_and_a_seed_need_gradings(option: list[str]) -> None:
    """Without --katas there is nothing to report or to draw, and the sentence says what to add."""
    result = CliRunner().invoke(cli, ["check", *option])
    assert isinstance(result.exception, UsageError)
    assert "add --katas" in str(result.exception)


UNNAMED = make_verdict(Status.FAILED, misconception="calls-mul")
UNMEASURED = make_verdict(Status.PASSED, gates=(GateResult("cpu_time", GateStatus.INCONCLUSIVE),))
OTHERWISE = replace(PASSED, cases=(PASSED.cases[0], replace(PASSED.cases[1], status=CaseStatus.FAILED)))


@pytest.mark.parametrize(
    ("word", "verdict", "message"),
    [
        ("abs", PASSED, "mistake: drops-the-sign: it should fail, but it is PASSED"),
        ("abs", UNNAMED, "no case or gate names it (named: calls-mul)"),
        ("zeros", PASSED, "trivial: zeros: it should fail, but it is PASSED"),
        ("NotImplementedError", PASSED, "starter: it should fail, but it is PASSED"),
        ("x.add", make_verdict(Status.FAILED), "honest: twice: it should pass, but it is FAILED"),
        ("x.add", UNMEASURED, "honest: twice: it passes, but not every gate was measured: cpu_time"),
        ("x_+_x", OTHERWISE, "reference again, shuffled: two runs disagree on test_negative"),
        ("abs", GradingError("it takes too long"), "mistake: drops-the-sign: it takes too long"),
        ("abs", make_verdict(Status.ERRORED, problem="broken"), "it should fail, but it is ERRORED: broken"),
    ],
)
def test_a_wrong_verdict_is_told(
    check: Check, word: str, verdict: Verdict | GradingError, message: str
) -> None:
    """Each rule of the check can fail: the list at the end says what is wrong, and the exit code is 1."""
    result = check("--katas", **{word: verdict})

    assert result.exit_code == 1
    assert message in result.stdout.split("Wrong:\n")[1]
    assert result.stderr.endswith(" 1 wrong\n")


def test_trivial_submissions_define_every_entry_point(shipped: Path, tmp_path: Path) -> None:
    """Functions, modules and nested results: each program compiles and defines what the kata asks for."""
    kata = read_kata(ContentRoots(shipped, tmp_path), "double-it").kata
    assert kata is not None
    points = (
        EntryPoint("pair", "(x)", ("tensor", ("tensor", "any"))),
        EntryPoint("Layer", "(d)", "tensor", (("weight", "(d, d)"),)),
    )
    programs = trivial_submissions(replace(kata, entry_points=points))

    assert set(programs) == {"zeros", "ones", "the first input", "the mean"}
    for program in programs.values():
        compile(program, "trivial.py", "exec")
        assert "def pair(*args, **kwargs):" in program
        assert "class Layer(torch.nn.Module):" in program
    assert "return (first, (first, first,),)" in programs["the first input"]
