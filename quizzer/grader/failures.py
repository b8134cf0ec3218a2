"""How a case ends other than by passing."""

from __future__ import annotations

from quizzer.wire.messages import Failure


class CaseFailed(AssertionError):
    """What the submission did is wrong; the text says what, where and how far."""


class SubmissionError(Exception):
    """The submission raised; `type_name` is the class of its exception."""

    def __init__(self, failure: Failure, file_name: str) -> None:
        self.type_name = failure.type_name
        self.short = f"{failure.type_name}: {failure.message}" if failure.message else failure.type_name
        where = "\n".join(
            f"  {file_name}:{line}" + (f" in {name}" if name else "") + (f": {text}" if text else "")
            for line, name, text in failure.frames
        )
        super().__init__(f"{self.short}\n{where}" if where else self.short)


class SubmissionDied(Exception):
    """The worker that served the submission has ended, or was ended because it broke a rule."""


class SubmissionTimedOut(Exception):
    """A call took longer than its deadline; the worker was ended."""


class NotAsked(Exception):
    """The case was not run, since the submission has used up its workers or its time."""


class GraderFault(Exception):
    """Grading itself failed: the fault is quizzer's or the kata's, not the learner's."""
