"""`quizzer schedule` as a learner calls it: a process of its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from quizzer.fsrs.parameters import DEFAULT
from tests.integration.processes.shell import WriteNotes, run

NOT_UNASKED = "quizzer: nothing was changed: without a terminal, --yes has to say that it may be.\n"


def test_the_command_shows_changes_and_takes_back(write_notes: WriteNotes) -> None:
    """Show, set, show, undo: what a learner reads, and JSON for scripts."""
    write_notes(5)
    assert run("review", "--plain", answers="\n3\n" * 5).code == 0
    assert run("schedule", "show").out == "SM-2, as published in 1990\nfrom the first day on\n"

    done = run("schedule", "set", "fsrs", "--retention", "0.85", "--learning-steps", "none", "--yes")
    assert done.code == 0, done.err
    assert "From SM-2, as published in 1990\nto   FSRS-6, desired retention 0.85" in done.out
    assert "Of 5 cards, 0 come sooner, 5 later, 0 as before." in done.out
    assert done.out.endswith("Done. 'quizzer schedule undo' takes it back.\n")
    assert max(map(len, done.out.splitlines())) <= 80
    shown = json.loads(run("schedule", "show", "--json").out)
    assert (shown["scheduler"], shown["desired_retention"], shown["learning_steps_s"]) == ("fsrs", 0.85, [])
    assert "retention 0.85" in run("schedule", "show").out

    again = run("schedule", "set", "fsrs")
    assert again.out.startswith("That is in force already; 'quizzer schedule replay'")
    assert run("schedule", "replay", "--yes").code == 0
    assert run("schedule", "undo", "--yes").code == run("schedule", "undo", "--yes").code == 0
    assert run("schedule", "show").out.startswith("SM-2")
    refused = run("schedule", "undo", "--yes")
    assert refused.err == "quizzer: the scheduler was never changed, so there is nothing to take back.\n"
    assert refused.code == 2
    assert "FAULT" not in run("doctor").out


def test_without_a_terminal_nothing_is_changed_unasked(write_notes: WriteNotes) -> None:
    """The preview is shown, and the sentence says what is missing."""
    write_notes(2)
    outcome = run("schedule", "set", "fsrs")
    assert outcome.code == 2
    assert "due today" in outcome.out
    assert outcome.err == NOT_UNASKED
    assert run("schedule", "show").out.startswith("SM-2")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("fsrs", "--retention", "90"), "--retention is 90; a share from 0.7 to 0.99 was expected"),
        (("fsrs", "--retention", "nan"), "--retention is nan; a share from 0.7"),
        (("fsrs", "--learning-steps", "1d"), "--learning-steps: '1d': steps such as '1m 10m'"),
        (("fsrs", "--learning-steps", "24h"), "--learning-steps: '24h': steps of more than nothing"),
        (("fsrs", "--relearning-steps", ""), "--relearning-steps: '': steps such as"),
        (("fsrs", "--parameters", "1 2 3"), "--parameters: 21 numbers were expected, 3 were found."),
        (("fsrs", "--parameters", "missing.json"), "--parameters: 'missing.json' is no number, and no file."),
        (("sm2", "--retention", "0.9"), "SM-2 has no parameters, retention, steps or fuzz"),
    ],
)
def test_what_no_scheduler_takes_is_said(
    write_notes: WriteNotes, arguments: tuple[str, ...], sentence: str
) -> None:
    """Each wrong value is named with what was expected, exit 2, and changes nothing."""
    write_notes(1)
    outcome = run("schedule", "set", *arguments, "--yes")
    assert outcome.code == 2
    assert outcome.err.startswith(f"quizzer: {sentence}")


def test_parameters_may_stand_in_a_file(write_notes: WriteNotes, tmp_path: Path) -> None:
    """A file of numbers, or the JSON that a fit prints."""
    write_notes(1)
    parameters = [*DEFAULT[:20], 0.2]
    path = tmp_path / "fit.json"
    path.write_text(json.dumps({"parameters": parameters}), encoding="utf-8")
    assert run("schedule", "set", "fsrs", "--parameters", str(path), "--yes").code == 0
    assert json.loads(run("schedule", "show", "--json").out)["parameters"] == parameters
