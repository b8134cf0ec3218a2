"""Naming the misconception behind a failed case: the mistake that reproduces what the submission did."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch

from quizzer.core.kata import Kata, module_name
from quizzer.core.verdict import CaseStatus
from quizzer.grader.cases import CASE_EXCEPTIONS, Case, MakeDraw, Record
from quizzer.grader.failures import GraderFault
from quizzer.grader.outcomes import Outcome, Recorder
from quizzer.grader.sides import Side
from quizzer.grader.solution import Solution
from quizzer.wire.values import Handle

# Of the submission's deviation from the reference, what a mistake has to leave unexplained at most.
_UNEXPLAINED = 0.02
# How many failed cases may contradict a mistake for each one that it explains. In a sample, one with details
# of its own was contradicted up to twice as often, one that coincides in a special case 3 times and more.
_CONTRADICTIONS = 2
_BUDGET_S = 6.0  # of processor time, for all cases; a name that takes longer is not worth the wait
_CONTAINERS = (tuple, list, dict, slice)
_ROUNDING = 1e-5  # relative; two ways to compute the same in float32 differ by less


class Diagnosis:
    """Runs the mistakes, and the reference, where a case has failed."""

    def __init__(self, kata: Kata, make_reference: Callable[[Recorder], Side], make_draw: MakeDraw) -> None:
        self._kata = kata
        self._make_reference = make_reference
        self._make_draw = make_draw
        self._solutions: dict[str, Solution] = {}
        self._consistent: dict[str, bool] = {}
        self._contradicted: Counter[str] = Counter()  # failed cases that a mistake fails in another way
        self._deadline = time.process_time() + _BUDGET_S

    def name(self, records: Sequence[Record]) -> dict[str, str]:
        """Return the misconception of each failed case that shows one, by the case's name.

        Raises:
            GraderFault: If the reference fails a case too, or a mistake cannot be run.
        """
        failed = [record for record in records if record.status is not CaseStatus.PASSED]
        matches = {}
        suspects: list[str] = []
        for record in failed:
            if record.status is CaseStatus.TIMED_OUT or not record.recorder.outcomes:
                self._check_reference(record)
                continue
            found = self._match(record, suspects)
            suspects += [name for name in found if name not in suspects]
            matches[record.case.name] = found
        votes = Counter(name for found in matches.values() for name in found)
        passed = [record.case for record in records if record.status is CaseStatus.PASSED]
        named = {case: self._choose(found, votes, passed) for case, found in matches.items() if found}
        return self._shown(records) | {case: name for case, name in named.items() if name}

    def _choose(self, found: list[str], votes: Counter[str], passed: list[Case]) -> str:
        """Return the mistake that explains most; of equal ones, one that passes where the submission does.

        "" where each fails far more cases in another way than it explains: what it has in common with the
        submission is a special case.
        """
        found = [name for name in found if self._contradicted[name] <= _CONTRADICTIONS * votes[name]]
        most = max((votes[name] for name in found), default=0)
        best = [name for name in found if votes[name] == most]
        if len(best) <= 1:
            return "".join(best)
        return next((name for name in best if self._passes(name, passed)), best[0])

    def _passes(self, name: str, cases: list[Case]) -> bool:
        if name not in self._consistent:
            self._consistent[name] = all(self._passes_case(name, case) for case in cases)
        return self._consistent[name]

    def _passes_case(self, name: str, case: Case) -> bool:
        if time.process_time() > self._deadline:
            return False
        side = Side(self._solution(name).perform, self._kata.entry_points)
        try:
            case.run(side, self._make_draw(case.name))
        except GraderFault:
            raise
        except CASE_EXCEPTIONS:
            return False
        return True

    def close(self) -> None:
        """Give back what the mistakes held."""
        for solution in self._solutions.values():
            solution.close()

    def _check_reference(self, record: Record) -> list[Outcome]:
        """Return the reference's outcomes in the case, which it has to pass."""
        recorder = Recorder()
        try:
            record.case.run(self._make_reference(recorder), self._make_draw(record.case.name))
        except CASE_EXCEPTIONS as error:
            raise GraderFault(
                f"the reference fails the case {record.case.name} too ({type(error).__name__}: {error}); "
                "this is a fault of the kata, not of the submission"
            ) from error
        return recorder.outcomes

    def _match(self, record: Record, suspects: list[str]) -> list[str]:
        honest = self._check_reference(record)
        others = [mistake.name for mistake in self._kata.mistakes if mistake.name not in suspects]
        # The mistakes seen already explain most of what follows; the others are asked only where they do not.
        found = [name for name in suspects if self._reproduces(name, record, honest)]
        return found or [name for name in others if self._reproduces(name, record, honest)]

    def _reproduces(self, name: str, record: Record, honest: list[Outcome]) -> bool:
        found = record.recorder.outcomes
        if time.process_time() > self._deadline or len(honest) < len(found):
            return False
        follower = _Follower(found, honest)
        side = Side(self._solution(name).perform, self._kata.entry_points, recorder=follower)
        try:
            record.case.run(side, self._make_draw(record.case.name))
        except GraderFault:
            raise
        except (_Differs, *CASE_EXCEPTIONS):
            pass  # a mistake fails the case, where it follows the submission to its end
        self._contradicted[name] += follower.contradicts
        return follower.has_followed and follower.deviates

    def _solution(self, name: str) -> Solution:
        if name not in self._solutions:
            path = Path(self._kata.folder) / "mistakes" / f"{module_name(name)}.py"
            self._solutions[name] = Solution(path)
        return self._solutions[name]

    def _shown(self, records: Sequence[Record]) -> dict[str, str]:
        """Return what marked cases show by failing alone."""
        plain = [record for record in records if not record.case.mark.misconception]
        if any(record.status is not CaseStatus.PASSED for record in plain):
            return {}
        return {
            record.case.name: record.case.mark.misconception
            for record in records
            if record.case.mark.misconception and record.is_telling
        }


class _Differs(BaseException):
    """The suspect has done something that the submission did not; its case need not go on."""


class _Follower(Recorder):
    """Holds a suspect's outcomes against the submission's while they come."""

    def __init__(self, found: list[Outcome], honest: list[Outcome]) -> None:
        super().__init__()
        self._found = found
        self._honest = honest
        self.deviates = False
        self.contradicts = False  # the suspect is wrong too, in another way

    def add(self, outcome: Outcome) -> None:
        position = len(self.outcomes)
        self.outcomes.append(outcome)
        if position >= len(self._found):
            raise _Differs
        right = self._honest[position]
        if not _explains(self._found[position], outcome, right):
            self.outcomes.clear()
            self.contradicts = self.deviates or _deviates(outcome, right)
            raise _Differs
        self.deviates |= _deviates(outcome, right)

    @property
    def has_followed(self) -> bool:
        """Whether the suspect did all that the submission did."""
        return len(self.outcomes) >= len(self._found)


def _explains(found: Outcome, suspected: Outcome, honest: Outcome) -> bool:
    """Say whether a suspect's outcome is the one found, measured by that one's way from the honest one."""
    if found.error or suspected.error:
        return bool(found.error) and _first_line(found.error) == _first_line(suspected.error)
    return _is_alike(found.result, suspected.result, honest.result)


def _deviates(suspected: Outcome, honest: Outcome) -> bool:
    if suspected.error or honest.error:
        return suspected.error != honest.error
    return not _is_alike(suspected.result, honest.result, None)


def _first_line(text: str) -> str:
    return text.partition("\n")[0]


def _is_alike(one: Any, other: Any, honest: Any) -> bool:
    if isinstance(one, torch.Tensor) and isinstance(other, torch.Tensor):
        right = honest if isinstance(honest, torch.Tensor) else None
        return _is_alike_tensor(one, other, right)
    if isinstance(one, tuple | list) and isinstance(other, tuple | list) and len(one) == len(other):
        rights = honest if isinstance(honest, tuple | list) and len(honest) == len(one) else [None] * len(one)
        return all(_is_alike(*three) for three in zip(one, other, rights, strict=True))
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        by_key: dict[Any, Any] = honest if isinstance(honest, dict) else {}
        return all(_is_alike(one[key], other[key], by_key.get(key)) for key in one)
    if isinstance(one, Handle) and isinstance(other, Handle):
        return True  # each side numbers its own; what they stand for is seen when it is used
    # Two containers that are not alike in form; what they hold has no plain equality.
    return type(one) is type(other) and not isinstance(one, _CONTAINERS) and bool(one == other)


def _is_alike_tensor(one: torch.Tensor, other: torch.Tensor, honest: torch.Tensor | None) -> bool:
    if one.shape != other.shape or one.dtype != other.dtype or one.requires_grad != other.requires_grad:
        return False
    ours, theirs = one.detach().to(torch.complex128), other.detach().to(torch.complex128)
    finite = torch.isfinite(ours)
    if not torch.equal(finite, torch.isfinite(theirs)) or not torch.equal(ours.isnan(), theirs.isnan()):
        return False
    gap = (ours - theirs)[finite].abs()
    if not gap.numel():
        return True
    allowed = _ROUNDING * theirs[finite].abs().max().item()
    if honest is not None and honest.shape == one.shape:
        off = (ours - honest.detach().to(torch.complex128))[finite].abs()
        allowed = max(allowed, _UNEXPLAINED * off[torch.isfinite(off)].max().item() if off.numel() else 0.0)
    return bool(gap.max().item() <= allowed)
