"""Running the hidden suite: hermetic pytest, one record a case, inputs that follow from the run's seed."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from quizzer.core.verdict import CaseResult, CaseStatus
from quizzer.grader.draw import Draw
from quizzer.grader.failures import (
    CaseFailed,
    GraderFault,
    NotAsked,
    SubmissionDied,
    SubmissionError,
    SubmissionTimedOut,
)
from quizzer.grader.outcomes import Recorder
from quizzer.grader.sides import Side
from quizzer.grader.suite import Mark, mark_of

# The learner's, the project's and the machine's pytest settings must not reach a verdict.
_HERMETIC = (
    "-c", os.devnull, "--noconftest", "--import-mode=importlib", "--assert=plain",
    "-p", "no:cacheprovider", "-p", "no:terminal", "-p", "no:faulthandler", "-p", "no:junitxml",
    "-p", "no:doctest", "-p", "no:pastebin", "-p", "no:logging", "-p", "no:unraisableexception",
    "-p", "no:threadexception", "-p", "no:stepwise", "-p", "no:capture",
)  # fmt: skip
_ENVIRONMENT = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": "", "PYTEST_PLUGINS": ""}
SUITE = "hidden_tests.py"
_MAXIMUM_MESSAGE = 8000  # characters
CASE_EXCEPTIONS = (Exception, pytest.fail.Exception, pytest.skip.Exception)
"""What ends a case other than by passing; those of pytest are no Exceptions."""


@dataclass(frozen=True, slots=True)
class Case:
    """One test of the suite, to be run on any side; `mark` says what its failing shows."""

    name: str
    title: str
    run: Callable[[Side, Draw], None]
    mark: Mark


@dataclass(frozen=True, slots=True)
class Record:
    """How a case ended, and what the submission's calls gave on the way.

    `is_telling` where its end shows what the case is marked with: never a deadline or a death.
    """

    case: Case
    status: CaseStatus
    message: str
    recorder: Recorder
    is_telling: bool = False


MakeSide = Callable[[Recorder], Side]
MakeDraw = Callable[[str], Draw]


class Suite:
    """The cases of one kata, in the order of its file.

    Raises:
        GraderFault: If the suite cannot be collected.
    """

    def __init__(self, folder: Path, make_reference: MakeSide, make_draw: MakeDraw) -> None:
        self._path = folder / SUITE
        self._make_reference = make_reference
        self.make_draw = make_draw

    def run(
        self,
        make_submission: MakeSide,
        on_start: Callable[[list[Case]], None],
        on_record: Callable[[Record], None],
        *,
        shuffle: bool = False,
    ) -> None:
        """Run every case on the submission: the manifest first, then one record a case."""
        plugin = _Plugin(self, make_submission, on_start, on_record, shuffle)
        os.environ.update(_ENVIRONMENT)
        before = set(sys.modules)
        try:
            code = pytest.main([*_HERMETIC, f"--rootdir={self._path.parent}", str(self._path)], [plugin])
        finally:
            for name in set(sys.modules) - before:
                if getattr(sys.modules[name], "__file__", None) == str(self._path):
                    del sys.modules[name]
        if plugin.fault:
            raise GraderFault(plugin.fault)
        if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED) or not plugin.cases:
            raise GraderFault(f"{self._path} could not be run (pytest: {int(code)})")

    def side_fixtures(self, submission: Side, case_name: str) -> dict[str, Any]:
        """Return what a case asks for by name."""
        return {
            "submission": submission,
            "reference": self._make_reference(Recorder()),
            "draw": self.make_draw(case_name),
        }


class _Plugin:
    """Collects the manifest, runs each case itself, and keeps one record of it."""

    def __init__(
        self,
        suite: Suite,
        make_submission: MakeSide,
        on_start: Callable[[list[Case]], None],
        on_record: Callable[[Record], None],
        shuffle: bool,
    ) -> None:
        self._suite = suite
        self._make_submission = make_submission
        self._on_start = on_start
        self._on_record = on_record
        self._shuffle = shuffle
        self.cases: dict[str, Case] = {}
        self.fault = ""

    @pytest.fixture
    def submission(self) -> None:
        """Stand for the side that `pytest_pyfunc_call` passes."""

    @pytest.fixture
    def reference(self) -> None:
        """Stand for the side that `pytest_pyfunc_call` passes."""

    @pytest.fixture
    def draw(self) -> None:
        """Stand for the draw that `pytest_pyfunc_call` passes."""

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.fault = f"the hidden suite cannot be read: {report.longreprtext[-2000:]}"

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        self.cases = {item.name: self._make_case(item) for item in items if isinstance(item, pytest.Function)}
        if self._shuffle:
            items.reverse()

    def pytest_collection_finish(self) -> None:
        if not self.fault:
            self._on_start(list(self.cases.values()))

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool:
        case = self.cases[pyfuncitem.name]
        recorder = Recorder()
        status, message, is_telling = CaseStatus.PASSED, "", False
        try:
            case.run(self._make_submission(recorder), self._suite.make_draw(case.name))
        except GraderFault as error:
            self.fault = str(error)
        except CASE_EXCEPTIONS as error:
            status, message = _classify(error)
            is_telling = getattr(error, "is_telling", True) and (
                status is CaseStatus.FAILED or (case.mark.by_raising and isinstance(error, SubmissionError))
            )
        self._on_record(Record(case, status, message, recorder, is_telling))
        return True

    def _make_case(self, item: pytest.Function) -> Case:
        function = item.obj
        params = dict(item.callspec.params) if hasattr(item, "callspec") else {}
        names = [name for name in ("submission", "reference", "draw") if name in item.fixturenames]

        def run(submission: Side, draw: Draw) -> None:
            fixtures = self._suite.side_fixtures(submission, item.name) | {"draw": draw}
            function(**{name: fixtures[name] for name in names}, **params)

        title = (function.__doc__ or item.name).strip().splitlines()[0]
        return Case(item.name, title, run, mark_of(function))


def _classify(error: BaseException) -> tuple[CaseStatus, str]:
    """Return status and message of a case that raised.

    An exception of the suite's own, from a result it did not expect, counts against the
    submission: the diagnosis runs the case on the reference, which has to pass it.
    """
    match error:
        case SubmissionTimedOut():
            return CaseStatus.TIMED_OUT, str(error)
        case SubmissionError() | SubmissionDied() | NotAsked():
            return CaseStatus.ERRORED, str(error)
        case CaseFailed() | AssertionError():
            return CaseStatus.FAILED, str(error) or "an assertion of the suite does not hold"
        case _:
            return CaseStatus.FAILED, f"{type(error).__name__}: {error}"


def to_result(record: Record) -> CaseResult:
    """Return the record as it is reported."""
    message = record.message[:_MAXIMUM_MESSAGE]
    return CaseResult(record.case.name, record.case.title, record.status, message)
