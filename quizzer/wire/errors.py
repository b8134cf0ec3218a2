"""What goes wrong between grader and jail."""

from __future__ import annotations

from quizzer.errors import QuizzerError


class WireError(QuizzerError):
    """A message breaks the rules of the wire."""
