"""How a case ends other than by passing."""

from __future__ import annotations

from quizzer.wire.messages import Failure

_MAXIMUM_NAME, _MAXIMUM_LINE, _MAXIMUM_MESSAGE = 80, 200, 2000  # characters
_MAXIMUM_FRAMES = 12


class CaseFailed(AssertionError):
    """What the submission did is wrong; the text says what, where and how far.

    `is_telling` is False where it says nothing of what the case is marked with.
    """

    is_telling = True


class SubmissionError(Exception):
    """The submission raised; `type_name` is the class of its exception, `is_telling` as of `CaseFailed`."""

    is_telling = True

    def __init__(self, failure: Failure, file_name: str) -> None:
        # Cut here too: a worker that forges its answers does not keep to what ours would send.
        self.type_name = failure.type_name[:_MAXIMUM_NAME]
        message = failure.message[:_MAXIMUM_MESSAGE]
        self.short = f"{self.type_name}: {message}" if message else self.type_name
        where = "\n".join(
            f"  {file_name}:{line}"
            + (f" in {name[:_MAXIMUM_NAME]}" if name else "")
            + (f": {text[:_MAXIMUM_LINE]}" if text else "")
            for line, name, text in failure.frames[-_MAXIMUM_FRAMES:]
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
