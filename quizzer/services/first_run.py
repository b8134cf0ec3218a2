"""The first call of quizzer: three questions with good defaults, and what comes of the answers."""

from __future__ import annotations

import os
from dataclasses import dataclass

from quizzer.core.note import Level
from quizzer.core.setting import Value
from quizzer.core.settings import Settings
from quizzer.errors import UsageError
from quizzer.services.config import Change, check_setting, know_setting, set_setting, start_file
from quizzer.services.places import Places
from quizzer.services.selection import Selection


@dataclass(frozen=True, slots=True)
class Answers:
    """What a new learner said, as typed; `level` is None for all levels."""

    new_limit: str = str(Settings().new_limit)
    level: Level | None = None
    rollover_hour: str = str(Settings().rollover_hour)


def is_first_run(places: Places) -> bool:
    """Say whether there is neither a settings file nor a database."""
    return not os.path.lexists(places.settings_file) and not os.path.lexists(places.database)


def check_answer(key: str, text: str) -> Value:
    """Return the value of a setting that a new learner, who knows no setting yet, has given.

    Raises:
        UsageError: If it is not of its kind; the text says what was expected.
    """
    try:
        return check_setting(key, text)
    except UsageError as error:
        raise UsageError(f"{know_setting(key).kind.expected} was expected.".capitalize()) from error


def keep_answers(answers: Answers) -> tuple[Change, ...]:
    """Write the answers into a new settings file; what is a default already is left open there.

    Raises:
        UsageError: If an answer is not of its kind; the answers before it are kept.
        WorkspaceError: If the file cannot be written.
    """
    start_file()
    changes = []
    for key in ("new_limit", "rollover_hour"):
        if getattr(answers, key).strip() != getattr(Answers(), key):
            changes.append(set_setting(key, getattr(answers, key)))
    return tuple(changes)


def select_first(answers: Answers) -> Selection:
    """Return what the first session is about."""
    return Selection(levels=(answers.level,) if answers.level else ())
