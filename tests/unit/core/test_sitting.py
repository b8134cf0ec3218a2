from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzer.core.rating import Rating
from quizzer.core.sitting import Attempt, Sitting, failed_submissions, suggest_rating
from quizzer.core.verdict import GateResult, GateStatus, Status
from tests.support import START, make_verdict

TODAY = date(2026, 3, 2)
PAR = 20
SITTING = Sitting(1, 1, START, TODAY)


def attempt(minutes: float, *, number: int = 1, is_passed: bool = True, **changes: object) -> Attempt:
    """Return an attempt of its own source, so many minutes after the start."""
    status = Status.PASSED if is_passed else Status.FAILED
    verdict = make_verdict(status, submission_sha256=str(number), **changes)  # type: ignore[arg-type]
    return Attempt(number, START + timedelta(minutes=minutes), TODAY, f"# {number}", verdict)


def failures(count: int) -> list[Attempt]:
    """Return so many failed attempts."""
    return [attempt(1, number=number, is_passed=False) for number in range(count)]


def rating(sitting: Sitting, attempts: list[Attempt]) -> Rating:
    """Return the rating that is suggested at par 20."""
    return suggest_rating(sitting, attempts, PAR).rating


@pytest.mark.parametrize(
    ("minutes", "hints", "failed", "expected"),
    [
        (12, 0, 0, Rating.EASY),
        (12, 0, 1, Rating.EASY),
        (12, 0, 2, Rating.GOOD),
        (12, 1, 0, Rating.GOOD),
        (12.1, 0, 0, Rating.GOOD),
        (40, 1, 6, Rating.GOOD),
        (40.1, 0, 0, Rating.HARD),
        (5, 2, 0, Rating.HARD),
        (5, 0, 7, Rating.HARD),
    ],
)
def test_a_pass_is_rated_by_time_hints_and_failures(
    minutes: float, hints: int, failed: int, expected: Rating
) -> None:
    """EASY within 0.6 par without a hint, HARD over twice par, with two hints or after seven failures."""
    attempts = [*failures(failed), attempt(minutes, number=99)]

    assert rating(replace(SITTING, hints=hints), attempts) is expected


def test_without_a_pass_it_is_again() -> None:
    """Giving up is AGAIN, however little was tried."""
    assert rating(SITTING, []) is Rating.AGAIN
    assert rating(SITTING, failures(2)) is Rating.AGAIN


def test_a_revealed_reference_is_again() -> None:
    """Who has read the answer has not recalled it."""
    assert rating(replace(SITTING, revealed_at=START), [attempt(1)]) is Rating.AGAIN


def test_what_was_not_judged_is_not_easy() -> None:
    """An INCONCLUSIVE gate withholds EASY; one that was SKIPPED for want of a device does not."""
    for status, expected in ((GateStatus.INCONCLUSIVE, Rating.GOOD), (GateStatus.SKIPPED, Rating.EASY)):
        assert rating(SITTING, [attempt(1, gates=(GateResult("gpu_time", status),))]) is expected


def test_over_a_night_time_makes_nothing_hard_and_nothing_easy() -> None:
    """The time between two study days is unknown, and the reason says so; the rest still counts."""
    late = replace(attempt(60 * 20), study_day=TODAY + timedelta(days=1))

    suggestion = suggest_rating(SITTING, [late], PAR)
    assert suggestion.rating is Rating.GOOD
    assert "another study day" in suggestion.reason
    assert rating(replace(SITTING, hints=2), [late]) is Rating.HARD


def test_what_does_not_load_and_what_is_graded_twice_is_no_further_failure() -> None:
    """A half-saved file of a watched sitting, or the same file again, makes nothing harder."""
    unloadable = [attempt(1, number=n, is_passed=False, problem="no Python") for n in range(20)]
    same = [attempt(1, number=3, is_passed=False)] * 20

    assert failed_submissions([*unloadable, *same]) == 1


@given(
    minutes=st.floats(0, 300),
    more_minutes=st.floats(0, 300),
    hints=st.integers(0, 3),
    more_hints=st.integers(0, 3),
    failed=st.integers(0, 9),
    more_failed=st.integers(0, 9),
)
def test_more_effort_never_suggests_a_better_rating(
    minutes: float, more_minutes: float, hints: int, more_hints: int, failed: int, more_failed: int
) -> None:
    """On one study day the suggestion falls, if anything, with time, hints and failures."""
    less = rating(replace(SITTING, hints=hints), [*failures(failed), attempt(minutes, number=99)])
    more = rating(
        replace(SITTING, hints=hints + more_hints),
        [*failures(failed + more_failed), attempt(minutes + more_minutes, number=99)],
    )

    assert more <= less
    assert more >= Rating.HARD


def test_every_reason_is_a_sentence_with_the_figures() -> None:
    """The learner reads what was counted."""
    reason = suggest_rating(replace(SITTING, hints=1), [*failures(2), attempt(15, number=9)], PAR).reason

    assert reason == "Passed in 15 minutes, par is 20 (1 hint, 2 failed before)."
