"""A review that is ended from outside: killed at any moment, interrupted, or out of input."""

from __future__ import annotations

import random

import pytest

from tests.integration.processes.database import answered_keys, assert_sound, database_path
from tests.integration.processes.shell import (
    PROMPT_RATING,
    PROMPT_REVEAL,
    PlainReview,
    WriteNotes,
    check_manners,
    run,
    run_program,
)

KILLS = 8  # of whole programs, on one database, one after the other
FORKED_KILLS = 50  # a portion; `make kills` does a thousand
ANSWER = "\n3\n"  # reveal, then Good


@pytest.mark.parametrize("_portion", range(2))
def test_kills_in_the_middle_of_everything_lose_nothing(_portion: int) -> None:
    """Studying, a first start, the day's backup, a migration, a restore and mending outlive a kill."""
    report = run_program("kills", str(FORKED_KILLS))

    assert report["kills"] >= FORKED_KILLS
    assert report["acknowledged"] > FORKED_KILLS
    assert report["in_doubt"] > 0


def test_a_kill_loses_no_acknowledged_answer(write_notes: WriteNotes) -> None:
    """Whenever a review is killed, each answer after which it showed the next card is in the log."""
    write_notes(300)
    moments = random.Random()
    before: list[str] = []
    for kill in range(KILLS):
        with PlainReview() as review:
            if kill > 0:  # the first one may be killed while it makes the database
                review.expect(PROMPT_REVEAL)
                review.answer()
            review.send(ANSWER * 50)
            review.watch(moments.uniform(0.0, 0.1 if kill > 0 else 1.5))
            review.kill()
        check_manners(review.output)
        acknowledged, in_doubt = review.asked[:-1], review.asked[-1:]
        logged = answered_keys() if database_path().exists() and review.asked else before
        assert logged in (before + acknowledged, before + acknowledged + in_doubt)
        before = logged
    assert len(set(before)) == len(before) >= KILLS - 1
    doctor = run("doctor")
    assert "FAULT" not in doctor.out
    assert doctor.code == 0
    assert_sound()


def test_an_interrupt_ends_with_the_summary(write_notes: WriteNotes) -> None:
    """Ctrl-C at the question or at the rating ends a review with its summary and 0."""
    keys = write_notes(5)
    for prompt in (PROMPT_REVEAL, PROMPT_RATING):
        with PlainReview() as review:
            review.expect(PROMPT_REVEAL)
            review.answer()
            if prompt == PROMPT_RATING:
                review.send("\n")
                review.expect(prompt)
            review.interrupt()
            assert review.end() == 0
        check_manners(review.output)
        assert "\n1 answer: 1 good; " in review.output
        assert review.output.endswith("will be due.\n")
    assert answered_keys() == keys[:2]


@pytest.mark.parametrize("answers", ["", "\n", "\n3\n\n3"])
def test_the_end_of_input_ends_with_the_summary(write_notes: WriteNotes, answers: str) -> None:
    """A review whose input ends, wherever that is, ends with its summary and 0."""
    keys = write_notes(5)
    outcome = run("review", "--plain", answers=answers)

    answered = answers.count("3")
    assert outcome.code == 0
    assert outcome.err == ""
    done = {0: "No card was answered.", 1: "1 answer: 1 good; 0 s.", 2: "2 answers: 2 good; 0 s."}[answered]
    tomorrow = f"Tomorrow {answered} card{'' if answered == 1 else 's'} will be due."
    left = f"{len(keys) - answered} cards left for today."
    assert outcome.out.splitlines()[-3:] == [done, left, tomorrow]
    assert answered_keys() == keys[:answered]
