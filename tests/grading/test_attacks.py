from __future__ import annotations

import os
import re
import select
import time
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from quizzer.content.kata_folder import read_kata
from quizzer.content.locator import ContentRoots
from quizzer.core.kata import GateKind, Kata
from quizzer.core.verdict import Status, Verdict
from quizzer.grader.worker import OUTPUT_BYTES
from quizzer.grading.client import GraderClient
from quizzer.markup.clean import clean

# Every file of `attacks` is one submission of the kata flash-attention. Its docstring says what it tries and
# what stops it; comments that begin a line say what to expect and how to grade it:
#   # expect: case STATUS "text" | problem "text" | GATE STATUS "text"    the text is part of the message
#   # base: reference             the attack is appended to the reference, whose function it wraps
#   # gates: cpu_time             with this gate beside those of the expectations; the others are left out, so
#                                 that the spelling of an attack does not hide what is behind it
#   # deadlines: call_s=1         other deadlines than the kata's, in seconds
#   # prints: "text"              part of what the verdict shows of its output
ROOT = Path(__file__).parents[2]
ATTACKS = Path(__file__).parent / "attacks"
SEED = 20_261
SLACK_S = 2.0  # beyond the deadlines that apply
REFERENCE_GATES_S = 25.0  # what measuring the reference, and a busy machine, may add to the gates
REFERENCE_EVERY = 12  # attacks, after each of which the reference has to pass
_EXPECTATION = re.compile(r'(?P<what>\S+)(?: (?P<status>[A-Z_]+))?(?: "(?P<text>.*)")?')

pytestmark = pytest.mark.xdist_group("grading")


@dataclass(frozen=True)
class Attack:
    """A submission and what is expected of its verdict."""

    name: str
    source: str
    kata: Kata
    expected: tuple[tuple[str, str, str], ...]
    prints: str

    @property
    def limit_s(self) -> float:
        """The longest that grading may take."""
        deadlines = self.kata.deadlines
        cases_s = deadlines.load_s + deadlines.suite_s + deadlines.call_s
        is_measured = any(what.endswith(("_growth", "_time", "_calls")) for what, _, _ in self.expected)
        return cases_s + SLACK_S + (deadlines.gates_s + REFERENCE_GATES_S if is_measured else 0.0)


def values(text: str, key: str) -> list[str]:
    """Return what stands after each `# key:`."""
    return re.findall(rf"^# {key}: (.+)$", text, re.MULTILINE)


def read_attack(path: Path, kata: Kata) -> Attack:
    """Return the attack that a file describes."""
    text = path.read_text(encoding="utf-8")
    pairs = re.findall(r"(\w+)=(\S+)", " ".join(values(text, "deadlines")))
    deadlines = replace(kata.deadlines, **{name: float(number) for name, number in pairs})
    found = [_EXPECTATION.fullmatch(line) for line in values(text, "expect")]
    assert found, f"{path} expects nothing"
    assert all(found), f"{path} has an expectation of no known form"
    expected = tuple((match["what"], match["status"] or "", match["text"] or "") for match in found if match)
    wanted = {*(what for what, _, _ in expected), *" ".join(values(text, "gates")).split()}
    gates = tuple(gate for gate in kata.gates if gate.kind.value in wanted)
    # Diagnosis is not what is attacked here, but for the reference's part in it.
    kata = replace(kata, deadlines=deadlines, gates=gates, mistakes=kata.mistakes[:1])
    if values(text, "base") == ["reference"]:
        text = f"{Path(kata.reference).read_text(encoding='utf-8')}\n\n{text}"
    prints = "".join(values(text, "prints")).strip('"')
    return Attack(path.stem, text, kata, expected, prints)


@pytest.fixture(scope="module")
def kata() -> Kata:
    """The shipped kata."""
    file = read_kata(ContentRoots(ROOT, ROOT), "flash-attention")
    assert file.kata is not None, file.faults
    return file.kata


@pytest.fixture(scope="module")
def graded() -> list[str]:
    """The names of the attacks graded so far."""
    return []


def grade(grader: GraderClient, kata: Kata, source: str) -> Verdict:
    """Return the verdict on `source`."""
    *_, verdict = grader.grade(kata, source, SEED)
    assert isinstance(verdict, Verdict)
    return verdict


def is_met(verdict: Verdict, what: str, status: str, text: str) -> bool:
    """Say whether the verdict has what is expected."""
    if what == "problem":
        return bool(verdict.problem) and text in verdict.problem
    if what == "case":
        return any(case.status == status and text in case.message for case in verdict.cases)
    return any(gate.name == what and gate.status == status and text in gate.message for gate in verdict.gates)


def jailed() -> dict[int, int]:
    """Return the processes that run the jail's code, with their parents."""
    found = {}
    for folder in Path("/proc").iterdir():
        try:
            if folder.name.isdigit() and b"quizzer.jail" in (folder / "cmdline").read_bytes():
                stat = (folder / "stat").read_text(encoding="utf-8", errors="replace")
                found[int(folder.name)] = int(stat.rpartition(")")[2].split()[1])
        except OSError:
            continue
    return found


def descendants(of: int) -> set[int]:
    """Return the processes of the jail below a process, and those whose parent is gone."""
    parents = jailed()
    found = {pid for pid, parent in parents.items() if parent == 1}
    for pid in parents:
        above = pid
        while above in parents:
            above = parents[above]
        if above != 1 and of in (above, _parent(above)):
            found.add(pid)
    return found


def _parent(pid: int) -> int:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return 0
    return int(stat.rpartition(")")[2].split()[1])


def survivors(before: set[int]) -> set[int]:
    """Return the jailed processes of this one's graders that stay; those that are just ending may do so."""
    left = descendants(os.getpid()) - before
    deadline = time.monotonic() + 5.0
    for pid in left:
        try:
            handle = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        select.select([handle], [], [], max(0.0, deadline - time.monotonic()))
        os.close(handle)
    return descendants(os.getpid()) - before


@pytest.mark.parametrize("name", sorted(path.stem for path in ATTACKS.glob("*.py")))
def test_an_attack_fails_and_leaves_nothing(
    grader: GraderClient, kata: Kata, graded: list[str], name: str
) -> None:
    """A hostile submission is FAILED for the reason expected, in time, and the next verdict is right."""
    attack = read_attack(ATTACKS / f"{name}.py", kata)
    if not graded:  # the first one has torch to wait for
        assert grade(grader, attack.kata, "").status is Status.FAILED
    resting = descendants(os.getpid())

    started = time.monotonic()
    verdict = grade(grader, attack.kata, attack.source)
    took_s = time.monotonic() - started

    found = [(case.status, case.message) for case in verdict.cases] + [verdict.problem, verdict.gates]
    assert verdict.status is Status.FAILED, found
    assert all(is_met(verdict, *each) for each in attack.expected), found
    assert took_s <= attack.limit_s
    assert not survivors(resting)
    assert len(verdict.output.encode()) <= OUTPUT_BYTES * 3  # bytes of no text become three each
    assert attack.prints in verdict.output
    shown = [verdict.output, verdict.problem]
    shown += [case.message for case in verdict.cases] + [gate.message for gate in verdict.gates]
    assert max(len(text) for text in shown) <= OUTPUT_BYTES
    assert not any(character in clean(text) for text in shown for character in "\x1b\x9b\x07\r\u202e")
    graded.append(name)
    if len(graded) % REFERENCE_EVERY == 0:
        reference = Path(kata.reference).read_text(encoding="utf-8")
        calls = tuple(gate for gate in kata.gates if gate.kind is GateKind.FORBIDDEN_CALLS)
        assert grade(grader, replace(kata, gates=calls), reference).status is Status.PASSED


def test_every_attack_says_what_it_tries() -> None:
    """Each attack begins with a docstring."""
    for path in ATTACKS.glob("*.py"):
        assert path.read_text(encoding="utf-8").startswith('"""'), path
