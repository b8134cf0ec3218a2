"""The errors that quizzer raises on purpose: every one ends as a sentence, never as a traceback.

    QuizzerError              exit 3: quizzer itself could not do its work
    ├── UsageError            exit 2: wrong usage or input
    │   ├── ContentError      a deck, a syllabus or a content root cannot be used
    │   ├── SettingsError     the settings file or an environment variable is wrong
    │   ├── ExchangeError     a file of another program cannot be read
    │   └── QueryError        a query of cards cannot be read; it points at the word
    ├── StorageError          the database cannot be opened, read or written
    │   ├── BusyError         another process holds the database for too long
    │   └── DamagedError      the file is no readable database
    ├── ExportError           a file for another program cannot be written
    ├── WorkspaceError        a file of the learner's cannot be written
    ├── ClockError            the clock stands behind the last answer
    └── GradingError          a kata cannot be graded: something is missing, or the grader failed
        └── StoppedError      the learner stopped it

A message says what was found, what was expected and what to do next; it starts with
`path:line:` where there is such a place.
"""

from __future__ import annotations


class QuizzerError(Exception):
    """Base of all; its text is shown to the learner as it stands."""

    exit_code = 3


class UsageError(QuizzerError):
    """The learner asked for something that does not exist or cannot be."""

    exit_code = 2


class ContentError(UsageError):
    """A deck, a syllabus or a content root cannot be used."""


class SettingsError(UsageError):
    """The settings file or an environment variable is wrong."""


class ExchangeError(UsageError):
    """A file of another program cannot be read; nothing was taken from it."""


class QueryError(UsageError):
    """A query of cards cannot be read: `sentence` says what is wrong with `word`, at `column`, from 1."""

    def __init__(self, what: str, column: int, word: str) -> None:
        shown = " ".join(word.split())
        shown = shown if len(shown) <= 40 else f"{shown[:39]}…"
        place = f"column {column}, {shown}" if shown else f"column {column}"
        self.sentence = what if what.endswith("?") else f"{what}."
        super().__init__(f"query, {place}: {self.sentence}")
        self.column = column
        self.word = word


class StorageError(QuizzerError):
    """The database cannot be opened, read or written; nothing was changed."""


class BusyError(StorageError):
    """Another process has held the database for longer than we wait."""


class DamagedError(StorageError):
    """The file is no database that SQLite can read."""


class ExportError(QuizzerError):
    """A file for another program cannot be written; what was there is untouched."""


class WorkspaceError(QuizzerError):
    """A file of the learner's cannot be written; what was there is untouched."""


class ClockError(QuizzerError):
    """The clock stands behind the last recorded answer."""


class GradingError(QuizzerError):
    """A kata cannot be graded; nothing was recorded."""


class StoppedError(GradingError):
    """The learner stopped the grading; nothing was recorded."""
