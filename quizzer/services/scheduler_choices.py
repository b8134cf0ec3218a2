"""Scheduler choices as a learner asks for them: what is not said stays as it is."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from quizzer.core.learning_steps import parse_steps
from quizzer.core.scheduler_choice import (
    GREATEST_RETENTION,
    LEAST_RETENTION,
    SchedulerChoice,
    SchedulerName,
)
from quizzer.errors import UsageError

DEFAULT_PARAMETERS = "default"
FITTED_PARAMETERS = "fitted"  # to the log: whoever asks for them has to fit


def choose_scheduler(
    present: SchedulerChoice,
    name: SchedulerName,
    *,
    retention: float | None = None,
    parameters: str | None = None,
    learning_steps: str | None = None,
    relearning_steps: str | None = None,
    has_fuzz: bool | None = None,
) -> SchedulerChoice:
    """Return the choice; of a scheduler that is in force already, what is not said stays.

    `parameters` is `default`, 21 numbers, a file that holds them, or `fitted`, which leaves what is there.

    Raises:
        UsageError: If SM-2 is given what only FSRS has, or a value is not of its kind.
    """
    asked = (retention, parameters, learning_steps, relearning_steps, has_fuzz)
    if name is SchedulerName.SM2:
        if any(value is not None for value in asked):
            raise UsageError("SM-2 has no parameters, retention, steps or fuzz; those are of 'fsrs'.")
        return SchedulerChoice()
    choice = present if present.name is name else SchedulerChoice(SchedulerName.FSRS)
    if retention is not None:
        choice = replace(choice, desired_retention=check_retention(retention))
    if parameters is not None and parameters != FITTED_PARAMETERS:
        choice = replace(choice, parameters=read_parameters(parameters))
    if learning_steps is not None:
        choice = replace(choice, learning_steps_s=_parse("--learning-steps", learning_steps))
    if relearning_steps is not None:
        choice = replace(choice, relearning_steps_s=_parse("--relearning-steps", relearning_steps))
    return choice if has_fuzz is None else replace(choice, has_fuzz=has_fuzz)


def read_parameters(text: str) -> tuple[float, ...]:
    """Return the parameters in `text`, which may name a file; empty for the default ones.

    Raises:
        UsageError: If they cannot be read, or are none of FSRS-6.
    """
    if text == DEFAULT_PARAMETERS:
        return ()
    from quizzer.fsrs.parameters import check_parameters

    try:
        return check_parameters(_numbers(text))
    except ValueError as error:
        raise UsageError(
            f"--parameters: {error}. 'default', the 21 numbers of FSRS-6, or a file with them was expected."
        ) from error


def _numbers(text: str) -> list[float]:
    try:
        path = Path(text)
        if path.is_file():
            text = path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        pass  # no name of a file, so they are the numbers themselves
    if text.lstrip().startswith("{"):
        found = json.loads(text).get("parameters")
        if not isinstance(found, list):
            raise ValueError("the JSON has no list 'parameters'")
        try:
            return [float(value) for value in found]
        except (TypeError, ValueError, OverflowError):
            raise ValueError("the JSON's list 'parameters' holds something else than numbers") from None
    return [_number(word) for word in text.strip().strip("[]").replace(",", " ").split()]


def _number(word: str) -> float:
    try:
        return float(word)
    except ValueError:
        raise ValueError(f"'{word}' is no number, and no file") from None


def _parse(option: str, text: str) -> tuple[int, ...]:
    try:
        return parse_steps(text)
    except ValueError as error:
        raise UsageError(f"{option}: {error}.") from error


def check_retention(retention: float) -> float:
    """Return a desired retention.

    Raises:
        UsageError: If it is none.
    """
    if not LEAST_RETENTION <= retention <= GREATEST_RETENTION:
        raise UsageError(
            f"--retention is {retention:g}; a share from {LEAST_RETENTION} to {GREATEST_RETENTION} was "
            "expected, such as 0.9 for nine cards of ten."
        )
    return retention
