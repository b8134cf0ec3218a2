"""`quizzer schedule fit`, `evaluate` and `simulate` as a learner calls them: processes of their own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from quizzer.fsrs.parameters import DEFAULT
from quizzer.services.workspace import open_workspace
from tests.integration.processes.database import database_path, rows
from tests.integration.processes.shell import Outcome, WriteNotes, run
from tests.integration.processes.terminal import PROMPT, Terminal
from tests.stored_log import store_log
from tests.synthetic_log import draw_columns

REVIEW_LOG = str(Path(__file__).parents[2] / "data" / "review_log.csv")
HEADER = "card_id,review_rating,review_time\n"
UNUSUAL = (*(4 * value for value in DEFAULT[:4]), *DEFAULT[4:])
ABOUT = ["source", "days", "cards", "reviews"]


@pytest.fixture
def unusual(write_notes: WriteNotes) -> None:
    """Five hundred cards of a learner who remembers new ones four times as long as most."""
    write_notes(500)
    with open_workspace() as workspace:
        store_log(workspace, draw_columns(6000, UNUSUAL, seed=3))


def read_json(outcome: Outcome) -> dict[str, Any]:
    """Return what was printed; nothing else may be."""
    assert (outcome.code, outcome.err) == (0, "")
    found: dict[str, Any] = json.loads(outcome.out)
    return found


def shown_parameters() -> object:
    """Return the parameters in force, as the command shows them."""
    return read_json(run("schedule", "show", "--json"))["parameters"]


def assert_narrow(outcome: Outcome) -> None:
    """Fail where a line is wider than a terminal."""
    assert max(map(len, outcome.out.splitlines())) <= 80, outcome.out


def test_the_real_log_is_fitted_to_the_known_figures(write_notes: WriteNotes) -> None:
    """Log loss at most 0.4355, held out at most 0.426; every documented key, and no other."""
    write_notes(1)
    found = read_json(run("schedule", "fit", "--log", REVIEW_LOG, "--json"))
    assert list(found) == [
        *ABOUT,
        *("next_day_reviews", "log_loss", "present_log_loss", "fit_s", "parameters", "held_out", "is_better"),
    ]
    assert found["days"] == "whole 24 hours between two reviews"
    assert (found["source"], found["cards"], found["reviews"]) == (REVIEW_LOG, 1205, 12_580)
    assert found["next_day_reviews"] == 5329
    assert found["log_loss"] <= 0.4355
    assert found["present_log_loss"] == pytest.approx(0.4587, abs=5e-5)
    assert len(found["parameters"]) == 21
    assert found["is_better"] is True
    assert list(found["held_out"]) == ["reviews", "log_loss", "fitted_log_loss"]
    assert found["held_out"]["reviews"] == 4364
    assert found["held_out"]["fitted_log_loss"] <= 0.426 < found["held_out"]["log_loss"]

    said = run("schedule", "fit", "--log", REVIEW_LOG)
    assert (said.code, said.err) == (0, "")
    assert "12,580 reviews of 1,205 cards" in said.out
    assert said.out.endswith("The fit predicts better.\n")
    assert shown_parameters() is None
    by_dates = read_json(run("schedule", "fit", "--log", REVIEW_LOG, "--json", "--days", "midnight"))
    assert by_dates["days"] == "calendar days in UTC"
    assert by_dates["next_day_reviews"] > 5329


def test_the_real_log_is_evaluated_to_the_known_figures(write_notes: WriteNotes) -> None:
    """What other programs measured on the last 20 %: in the table, and in JSON with the documented keys."""
    write_notes(1)
    said = run("schedule", "evaluate", "--log", REVIEW_LOG)
    assert (said.code, said.err) == (0, "")
    lines = said.out.splitlines()
    assert lines[1] == "Tested: the 1,403 next-day reviews among the last 20 % in time."
    figures = {line[:32].rstrip(): line[32:].split() for line in lines[4:8]}
    assert figures["SM-2"] == ["0.5256", "0.532", "0.1237"]
    assert figures["FSRS-6, default parameters"] == ["0.4508", "0.637", "0.0385"]
    assert figures["average of the first 80 %"] == ["0.4770", "0.500", "0.0565"]
    assert float(figures["FSRS-6, fitted to the first 80 %"][0]) < 0.4525
    assert max(map(len, lines[1:])) <= 80

    found = read_json(run("schedule", "evaluate", "--log", REVIEW_LOG, "--json"))
    assert list(found) == [*ABOUT, "evaluations"]
    assert found["days"] == "calendar days in UTC"
    for part in found["evaluations"]:
        assert list(part) == ["name", "log_loss", "auc", "rmse_bins", "calibration", "reviews"]
        assert sum(bin_["reviews"] for bin_ in part["calibration"]) == part["reviews"] == 1403
        assert all(list(bin_) == ["predicted", "recalled", "reviews"] for bin_ in part["calibration"])
    assert {part["name"]: part["log_loss"] for part in found["evaluations"]}["SM-2"] == pytest.approx(
        0.5256, abs=5e-5
    )


@pytest.mark.usefixtures("unusual")
def test_a_better_fit_is_taken_and_taken_back() -> None:
    """Under SM-2 it is only named; under FSRS it is previewed, made with --yes, and undone."""
    found = read_json(run("schedule", "fit", "--json"))
    assert found["is_better"] is True
    under_sm2 = run("schedule", "fit", "--yes")
    assert under_sm2.code == 0
    assert under_sm2.out.endswith(
        "SM-2 is in force; 'quizzer schedule set fsrs --parameters fitted' changes to FSRS-6.\n"
    )
    assert run("schedule", "set", "fsrs", "--yes").code == 0
    assert shown_parameters() == "default"

    unasked = run("schedule", "fit")
    assert unasked.code == 2
    assert "due tomorrow" in unasked.out
    assert unasked.err.startswith("quizzer: nothing was changed: without a terminal")
    assert shown_parameters() == "default"
    taken = run("schedule", "fit", "--yes")
    assert (taken.code, taken.err) == (0, "")
    assert_narrow(taken)
    assert "to   FSRS-6, desired retention 0.9, own parameters" in taken.out
    assert taken.out.endswith("Done. 'quizzer schedule undo' takes it back.\n")
    assert shown_parameters() == pytest.approx(found["parameters"])

    again = run("schedule", "fit", "--yes")
    assert again.code == 0
    assert_narrow(again)
    assert again.out.endswith(
        "Too few to fit: 0 of them could be tested, 100 are needed.\n"
        "Only what came since the present parameters were set is tested.\nThe present parameters stay.\n"
    )
    assert run("schedule", "undo", "--yes").code == 0
    assert shown_parameters() == "default"


@pytest.mark.usefixtures("unusual")
def test_fitted_parameters_are_set_at_once() -> None:
    """`set fsrs --parameters fitted` fits, says what came of it, and changes both."""
    done = run("schedule", "set", "fsrs", "--parameters", "fitted", "--retention", "0.85", "--yes")
    assert (done.code, done.err) == (0, "")
    assert "The fit predicts better.\n\nFrom SM-2" in done.out
    assert len(list(shown_parameters())) == 21  # type: ignore[call-overload]
    refused = run("schedule", "set", "sm2", "--parameters", "fitted", "--yes")
    assert (refused.code, refused.out) == (2, "")
    assert refused.err.startswith("quizzer: SM-2 has no parameters")


def test_a_fit_that_does_not_predict_better_is_not_taken(write_notes: WriteNotes) -> None:
    """A usual learner keeps the default parameters, whether by `fit` or by `set`, and reads why."""
    write_notes(500)
    with open_workspace() as workspace:
        store_log(workspace, draw_columns(6000, DEFAULT, seed=3))
    run("schedule", "set", "fsrs", "--yes")
    kept = "The fit does not predict better: the default parameters stay.\n"
    fit = run("schedule", "fit", "--yes")
    assert fit.code == 0
    assert fit.out.endswith(kept)
    assert_narrow(fit)
    chosen = run("schedule", "set", "fsrs", "--parameters", "fitted", "--yes")
    assert chosen.code == 0
    assert kept in chosen.out
    assert shown_parameters() == "default"


def test_a_new_learner_reads_sentences(write_notes: WriteNotes) -> None:
    """Without a review, and with one: nothing to fit, nothing to test, a simulation all the same."""
    write_notes(3)
    for answers in ("", "\n3\n"):
        run("review", "--plain", "--limit", "1", answers=answers)
        fit = run("schedule", "fit")
        assert (fit.code, fit.err) == (0, "")
        assert fit.out.endswith(
            "Too few to fit: 0 of them could be tested, 100 are needed.\nThe default parameters stay.\n"
        )
        evaluation = run("schedule", "evaluate")
        assert (evaluation.code, evaluation.out) == (2, "")
        assert "so there is nothing to test. Go on reviewing" in evaluation.err
        simulation = run("schedule", "simulate", "--plot")
        assert (simulation.code, simulation.err) == (0, "")
        assert_narrow(simulation)
        assert "your log is too short to tell" in simulation.out
    assert read_json(run("schedule", "fit", "--json"))["held_out"] is None


def test_two_reviews_of_one_card_are_evaluated(tmp_path: Path) -> None:
    """Its nouns are singular, what was fitted to nothing says so, and no loss is -0."""
    path = tmp_path / "log.csv"
    lines = "7,3,2026-03-02T09:00:00Z\n7,3,2026-03-05T09:00:00Z\n"
    path.write_text(HEADER + lines, encoding="utf-8")
    outcome = run("schedule", "evaluate", "--log", str(path))
    assert (outcome.code, outcome.err) == (0, "")
    assert f"{path}: 2 reviews of 1 card. Days: " in outcome.out
    assert "Tested: the 1 next-day review among the last 20 % in time." in outcome.out
    assert "FSRS-6, default: nothing to fit" in outcome.out
    assert "-0.0000" not in outcome.out


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            None,
            "cannot be read (No such file or directory). A review log in CSV was expected; check the path.",
        ),
        ("", ":1: the column card_id is missing; card_id, review_rating, review_time were expected. Correct"),
        (HEADER, ":2: no review was found; a row for each review was expected."),
        (HEADER + "1,5,2026-03-02T09:00:00Z\n", ":2: the rating '5' was found, a number from 1 to 4"),
        (HEADER + "1,3,2026-03-02\n", ":2: the time '2026-03-02' was found, one like"),
        (HEADER + "1,3\n", ":2: 2 columns were found, 3 were expected"),
    ],
)
@pytest.mark.parametrize("command", ["fit", "evaluate"])
def test_a_faulty_log_is_named_with_its_line(
    tmp_path: Path, command: str, text: str | None, sentence: str
) -> None:
    """What is no log is said in one sentence with exit 2; no database is made for it."""
    path = tmp_path / "log.csv"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    outcome = run("schedule", command, "--log", str(path))
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith(f"quizzer: {path}")
    assert sentence in outcome.err
    assert not database_path().exists()


def test_wrong_usage_is_refused(write_notes: WriteNotes, tmp_path: Path) -> None:
    """A folder for a log, days without a file, values outside their ranges: exit 2, each named."""
    write_notes(1)
    for arguments, words in (
        (("fit", "--log", str(tmp_path)), "Is a directory"),
        (("fit", "--days", "midnight"), "--days is for a FILE; your own log has its study days."),
        (("evaluate", "--days", "elapsed"), "--days is for a FILE"),
        (("simulate", "--days", "0"), "0 is not in the range 1<=x<=3650"),
        (("simulate", "--days", "999999999999"), "is not in the range 1<=x<=3650"),
        (("simulate", "--retention", "1"), "--retention is 1; a share from 0.7 to 0.99 was expected"),
        (("simulate", "--retention", "nan"), "--retention is nan; a share from 0.7"),
        (("simulate", "--new", "-1"), "-1 is not in the range"),
        (("simulate", "--seed", "-1"), "-1 is not in the range"),
    ):
        outcome = run("schedule", *arguments)
        assert (outcome.code, outcome.out) == (2, ""), arguments
        assert words in outcome.err


@pytest.mark.usefixtures("unusual")
def test_a_simulation_as_table_plot_and_json() -> None:
    """A row for every plan, three spans of days, a plot within 80 columns, and the documented keys."""
    said = run("schedule", "simulate", "--plot", "--days", "3650", "--new", "9999", "--retention", "0.9")
    assert (said.code, said.err) == (0, "")
    assert_narrow(said)
    assert "Days from today on: 1..1217, 1218..2434, 2435..3650." in said.out
    assert "..1217 ..2434 ..3650 ..1217" in said.out
    assert "Reviews a day" in said.out
    assert "\x1b" not in said.out

    plans = ("--retention", "0.8", "--retention", "0.9", "--retention", "0.8", "--new", "3", "--new", "0")
    found = read_json(run("schedule", "simulate", *plans, "--days", "40", "--json"))
    assert list(found) == [
        *("days", "seen", "new", "habits", "habits_are_yours", "parameters_are_yours", "courses"),
    ]
    assert list(found["habits"]) == ["first_shares", "passed_shares", "seconds"]
    assert (found["days"], found["new"]) == (40, 0)
    assert [(found["seen"],)] == rows("SELECT count(*) FROM memory_states WHERE is_suspended = 0")
    assert (found["habits_are_yours"], found["parameters_are_yours"]) == (True, False)
    pairs = [(course["desired_retention"], course["new_a_day"]) for course in found["courses"]]
    assert pairs == [(0.8, 3), (0.8, 0), (0.9, 3), (0.9, 0)]
    for course in found["courses"]:
        assert list(course) == ["desired_retention", "new_a_day", "reviews", "minutes", "known"]
        assert len(course["reviews"]) == len(course["minutes"]) == len(course["known"]) == 40
    same = read_json(run("schedule", "simulate", *plans, "--days", "40", "--json"))
    other = read_json(run("schedule", "simulate", *plans, "--days", "40", "--json", "--seed", "2"))
    assert same == found != other


@pytest.mark.usefixtures("unusual")
def test_a_learner_is_asked_in_a_terminal(tmp_path: Path) -> None:
    """After the preview, N changes nothing and y changes the parameters."""
    run("schedule", "set", "fsrs", "--yes")
    with Terminal(tmp_path, 80, 40) as terminal:
        terminal.wait_for(PROMPT)
        terminal.type("quizzer schedule fit")
        terminal.wait_for("The fit predicts better.", "reviews a day", "Change the schedule? [y/N]:")
        terminal.press("n", "Enter")
        terminal.wait_for("Nothing was changed.")
        assert shown_parameters() == "default"
        terminal.type("clear; quizzer schedule fit")
        terminal.wait_for("Change the schedule? [y/N]:")
        terminal.press("y", "Enter")
        terminal.wait_for("Done. 'quizzer schedule undo' takes it back.")
    assert shown_parameters() != "default"
