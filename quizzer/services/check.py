"""What authors and CI demand of katas: read without fault, and graded rightly for every known solution."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from itertools import count
from pathlib import Path

from quizzer.content.faults import Fault
from quizzer.content.files import can_be_there
from quizzer.content.kata_folder import KataFile, read_kata
from quizzer.content.kata_lint import lint_kata
from quizzer.content.kata_names import KATA_FILE, list_slugs, slug_of
from quizzer.content.library import Library
from quizzer.content.locator import KATAS, ContentRoots
from quizzer.core.kata import GateKind, Kata, module_name
from quizzer.core.verdict import CaseStatus, GateStatus, Status, Verdict
from quizzer.errors import GradingError
from quizzer.services.decks import lint_decks
from quizzer.services.grading import Grader, fresh_seed, run_grader
from quizzer.services.trivial import trivial_submissions

HONEST = Path("tests", "grading", "honest")


class SolutionKind(StrEnum):
    """What a known solution is to its kata."""

    FOLDER = "folder"  # no solution yet: the kata itself is faulty
    REFERENCE = "reference"
    STARTER = "starter"
    TRIVIAL = "trivial"
    MISTAKE = "mistake"
    HONEST = "honest"


@dataclass(frozen=True, slots=True)
class Checked:
    """One thing that was looked at; `problem` is "" where it is as it should be.

    `subject` tells those of one kind apart; `verdict` is None where there is none.
    """

    kind: SolutionKind
    subject: str = ""
    problem: str = ""
    verdict: Verdict | None = None

    @property
    def name(self) -> str:
        """Kind and subject in one line."""
        if self.kind is SolutionKind.REFERENCE:
            return f"{self.kind} {self.subject}".rstrip()
        return f"{self.kind}: {self.subject}" if self.subject else self.kind


@dataclass(frozen=True, slots=True)
class Target:
    """What paths name: deck files and folders, and katas with the root they belong to."""

    decks: tuple[Path, ...]
    katas: tuple[tuple[ContentRoots, str], ...]
    has_all_decks: bool = False


def find_targets(roots: ContentRoots, paths: Sequence[Path]) -> Target:
    """Return what `paths` name; without any, all decks and all katas."""
    if not paths:
        return Target((), tuple((roots, slug) for slug in list_slugs(roots)), has_all_decks=True)
    decks: list[Path] = []
    katas: list[tuple[ContentRoots, str]] = []
    for path in paths:
        folder = (path.parent if path.name == KATA_FILE else path).resolve()
        if can_be_there(folder / KATA_FILE):
            katas.append((replace(roots, shipped=folder.parent.parent), slug_of(folder)))
        elif folder.name == KATAS and folder.is_dir():
            of_folder = replace(roots, shipped=folder.parent)
            katas += [(of_folder, slug) for slug in list_slugs(of_folder)]
        else:
            decks.append(path)
    return Target(tuple(decks), tuple(dict.fromkeys(katas)))


def lint_targets(target: Target, library: Library, roots: ContentRoots) -> tuple[Fault, ...]:
    """Return what is wrong with decks and katas' folders; no code of theirs is run.

    Raises:
        ContentError: If a path does not exist.
    """
    faults: list[Fault] = []
    if target.decks or target.has_all_decks:
        faults += lint_decks(library, roots, target.decks).faults
    for of_kata, slug in target.katas:
        faults += lint_kata(read_kata(of_kata, slug), library)
    return tuple(faults)


def grade_target(target: Target, grader: Grader, seed: int | None = None) -> Iterator[tuple[str, Checked]]:
    """Grade every known solution of the katas; yield (slug, what was found) one by one.

    A kata's solutions get the seeds from `seed` on, or unforeseeable ones.

    Raises:
        GradingError: If the grader cannot be used.
    """
    for roots, slug in target.katas:
        file = read_kata(roots, slug)
        seeds = iter(fresh_seed, None) if seed is None else count(seed)
        for checked in _check_kata(roots, file, grader, seeds):
            yield slug, checked


def _check_kata(
    roots: ContentRoots, file: KataFile, grader: Grader, seeds: Iterator[int]
) -> Iterator[Checked]:
    kata = file.kata
    if kata is None:
        yield Checked(SolutionKind.FOLDER, problem="it has faults, which 'quizzer check' names")
        return

    reference = _read(Path(kata.reference))
    first = run_grader(grader, kata, reference, next(seeds))
    yield Checked(SolutionKind.REFERENCE, "", _passing_problem(first), first)
    for solution in _solutions(roots, file, kata, reference, first):
        try:
            verdict = run_grader(grader, kata, solution.source, next(seeds), shuffled=solution.is_shuffled)
        except GradingError as error:
            # The reference was graded, so it is this solution that the grader cannot bear.
            yield Checked(solution.kind, solution.subject, str(error))
        else:
            yield Checked(solution.kind, solution.subject, solution.judge(verdict), verdict)


@dataclass(frozen=True, slots=True)
class _Solution:
    """A program whose verdict is known beforehand; `judge` returns what is wrong with the one it gets."""

    kind: SolutionKind
    subject: str
    source: str
    judge: Callable[[Verdict], str]
    is_shuffled: bool = False


def _solutions(
    roots: ContentRoots, file: KataFile, kata: Kata, reference: str, first: Verdict
) -> Iterator[_Solution]:
    judge = partial(_difference, first)
    yield _Solution(SolutionKind.REFERENCE, "again, shuffled", reference, judge, is_shuffled=True)
    yield _Solution(SolutionKind.STARTER, "", kata.starter, _failing_problem)
    for name, source in trivial_submissions(kata).items():
        yield _Solution(SolutionKind.TRIVIAL, name, source, _failing_problem)
    for mistake in kata.mistakes:
        source = _read(file.mistake_paths[mistake.name])
        judge = partial(_naming_problem, name=mistake.name)
        yield _Solution(SolutionKind.MISTAKE, mistake.name, source, judge)
    for path in _honest(roots, kata):
        yield _Solution(SolutionKind.HONEST, path.stem, _read(path), _passing_problem)


def _honest(roots: ContentRoots, kata: Kata) -> list[Path]:
    """Return the honest alternatives; only a checkout has them."""
    names = (kata.slug, module_name(kata.slug))
    return sorted({path for name in names for path in (roots.shipped / HONEST / name).glob("[!_.]*.py")})


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _passing_problem(verdict: Verdict) -> str:
    if verdict.status is not Status.PASSED:
        return f"it should pass, but it is {verdict.status}: {_why(verdict)}"
    unmeasured = [
        gate.name
        for gate in verdict.gates
        if gate.status is not GateStatus.PASSED and not GateKind(gate.name).needs_gpu
    ]
    return f"it passes, but not every gate was measured: {', '.join(unmeasured)}" if unmeasured else ""


def _failing_problem(verdict: Verdict) -> str:
    if verdict.status is Status.FAILED:
        return ""
    why = f": {_why(verdict)}" if verdict.status is Status.ERRORED else ""
    return f"it should fail, but it is {verdict.status}{why}"


def _naming_problem(verdict: Verdict, name: str) -> str:
    problem = _failing_problem(verdict)
    if problem or name in verdict.misconceptions:
        return problem
    named = ", ".join(verdict.misconceptions) or "none"
    return f"it fails, but no case or gate names it (named: {named}): {_why(verdict)}"


def _difference(one: Verdict, other: Verdict) -> str:
    if other.status is Status.ERRORED:
        return _passing_problem(other)
    pairs: tuple[Callable[[Verdict], dict[str, str]], ...] = (_cases, _gates)
    for statuses in pairs:
        first, second = statuses(one), statuses(other)
        if first != second:
            differing = sorted(
                name for name in first.keys() | second.keys() if first.get(name) != second.get(name)
            )
            return f"two runs disagree on {', '.join(differing)}"
    return ""


def _cases(verdict: Verdict) -> dict[str, str]:
    return {case.name: case.status.value for case in verdict.cases}


def _gates(verdict: Verdict) -> dict[str, str]:
    return {gate.name: gate.status.value for gate in verdict.gates}


def _why(verdict: Verdict) -> str:
    if verdict.problem:
        return verdict.problem
    for case in verdict.cases:
        if case.status is not CaseStatus.PASSED:
            return f"{case.title} {case.message}"
    for gate in verdict.gates:
        if gate.status is not GateStatus.PASSED:
            return f"{gate.name} {gate.status}: {gate.message}"
    return "every case passed"
