"""`quizzer schedule fit` and `evaluate`."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from quizzer.cli.opening import opened_workspace
from quizzer.cli.schedule_change import change, tell_replayed
from quizzer.core.counted import counted
from quizzer.core.scheduler_choice import SchedulerName
from quizzer.errors import UsageError
from quizzer.services.fitting import (
    DAY_RULES,
    ENOUGH_HELD_OUT,
    FitReport,
    Log,
    evaluate_log,
    fit_log,
    fit_own_log,
    read_log_file,
    read_own_log,
)
from quizzer.services.schedule import preview_change, read_schedule

if TYPE_CHECKING:
    from quizzer.fsrs.evaluation import Evaluation
    from quizzer.fsrs.metrics import CalibrationBin

BAR_WIDTH = 30
ONLY_SINCE = "Only what came since the present parameters were set is tested."


def _log_options(default_rule: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in (
            click.option("--json", "as_json", is_flag=True, help="Print JSON, and change nothing."),
            click.option(
                "--days",
                type=click.Choice(list(DAY_RULES)),
                help=f"How days are counted in FILE: {default_rule}, if not said.",
            ),
            click.option(
                "--log",
                "file",
                type=click.Path(path_type=Path),
                metavar="FILE",
                help="A CSV with card_id, review_rating, review_time, instead of your own log.",
            ),
        ):
            command = option(command)
        return command

    return decorate


@click.command()
@_log_options("elapsed")
@click.option("--yes", is_flag=True, help="Do not ask.")
def fit(file: Path | None, days: str | None, as_json: bool, yes: bool) -> None:
    """Fit the parameters of FSRS-6 to your log.

    They are taken only if fits to what came before predict later reviews better than the parameters in
    force: seven cuts from 30 % to 90 % of the log in time, each tested on the next 10 %. Own parameters
    are tested on what came since they were set, which they had not seen either. You see first what the
    change would do; 'quizzer schedule undo' takes it back. With --log nothing is changed. Days are your
    study days; in FILE they are whole 24 hours between reviews (--days elapsed, as the optimiser of the
    fsrs package counts) or dates in UTC (--days midnight).

    JSON: {"source", "days", "cards", "reviews", "next_day_reviews", "log_loss", "present_log_loss",
    "fit_s", "parameters", "held_out": {"reviews", "log_loss", "fitted_log_loss"}, "is_better"}; log
    losses are means in nats over next-day reviews, present means the parameters in force, held_out is
    null where nothing could be tested.
    """
    if file is not None:
        _tell(fit_log(read_log_file(file, days or "elapsed")), as_json)
        return
    _check_days(days)
    with opened_workspace() as workspace:
        report = fit_own_log(workspace)
        _tell(report, as_json)
        if as_json or not report.is_better:
            return
        choice = read_schedule(workspace).choice
        if choice.name is SchedulerName.SM2:
            print("SM-2 is in force; 'quizzer schedule set fsrs --parameters fitted' changes to FSRS-6.")
            return
        print()
        fitted = replace(choice, parameters=report.fit.parameters)
        change(workspace, preview_change(workspace, fitted, tell_replayed), yes)


@click.command()
@_log_options("midnight")
def evaluate(file: Path | None, days: str | None, as_json: bool) -> None:
    """Compare how well SM-2 and FSRS-6 predict your answers.

    The split: the last 20 % of all reviews in time are tested, with each card's whole history; what is
    fitted is fitted to the 80 % before. Only reviews on a later day than their card's review before
    count. SM-2 is read as a chance of 0.9^(days / interval), its interval driven by each card's first
    review and its next-day ones. Days are your study days; in FILE they are dates in UTC (--days
    midnight) or whole 24 hours (--days elapsed). RMSE is over 20 equally wide bins of the predicted
    chance, each weighted by its reviews; the calibration shows the same bins.

    JSON: {"source", "days", "cards", "reviews", "evaluations": [{"name", "log_loss", "auc",
    "rmse_bins", "reviews", "calibration": [{"predicted", "recalled", "reviews"}]}]}; auc is null where
    all or none were recalled.
    """
    if file is not None:
        log = read_log_file(file, days or "midnight")
    else:
        _check_days(days)
        with opened_workspace() as workspace:
            log = read_own_log(workspace)
    evaluations = evaluate_log(log)
    if as_json:
        print(json.dumps({**_about(log), "evaluations": [asdict(e) for e in evaluations]}))
    else:
        print("\n".join(_evaluation_lines(log, evaluations)))


def fit_lines(report: FitReport) -> list[str]:
    """Return what a fit found, as a learner reads it."""
    log, held_out = report.log, report.held_out
    lines = [
        _head(log),
        f"{log.next_day_reviews:,} came on a later day than their card's review before.",
    ]
    if held_out is None or not report.is_enough:
        found = 0 if held_out is None else held_out.reviews
        return [
            *lines,
            f"Too few to fit: {found} of them could be tested, {ENOUGH_HELD_OUT} are needed.",
            *([] if report.present.since_ms is None else [ONLY_SINCE]),
            f"The {report.present.name} parameters stay.",
        ]
    lines += [
        f"Fitted in {report.fit_s:.2f} s: log loss {report.fit.log_loss:.4f}, "
        f"{report.present_log_loss:.4f} with the {report.present.name} parameters.",
        f"On {counted(held_out.reviews, 'review')} unseen by the fits: {held_out.fitted_log_loss:.4f}, "
        f"{held_out.log_loss:.4f} with the {report.present.name} ones.",
    ]
    if report.is_better:
        return [*lines, "The fit predicts better."]
    return [*lines, f"The fit does not predict better: the {report.present.name} parameters stay."]


def _tell(report: FitReport, as_json: bool) -> None:
    if not as_json:
        print("\n".join(fit_lines(report)))
        return
    print(
        json.dumps(
            {
                **_about(report.log),
                "next_day_reviews": report.log.next_day_reviews,
                "log_loss": report.fit.log_loss,
                "present_log_loss": report.present_log_loss,
                "fit_s": report.fit_s,
                "parameters": report.fit.parameters,
                "held_out": asdict(report.held_out) if report.held_out else None,
                "is_better": report.is_better,
            }
        )
    )


def _about(log: Log) -> dict[str, object]:
    return {"source": log.source, "days": log.days, "cards": log.cards, "reviews": len(log.table)}


def _head(log: Log) -> str:
    reviews, cards = counted(len(log.table), "review"), counted(log.cards, "card")
    return f"{log.source}: {reviews} of {cards}. Days: {log.days}."


def _check_days(days: str | None) -> None:
    if days is not None:
        raise UsageError("--days is for a FILE; your own log has its study days. Leave it out.")


def _evaluation_lines(log: Log, evaluations: tuple[Evaluation, ...]) -> list[str]:
    tested = evaluations[0].reviews
    lines = [
        _head(log),
        f"Tested: the {counted(tested, 'next-day review')} among the last 20 % in time.",
        "",
        f"{'':32}{'log loss':>10}{'AUC':>8}{'RMSE':>8}",
    ]
    for found in evaluations:
        auc = "-" if found.auc is None else f"{found.auc:.3f}"
        lines.append(f"{found.name:32}{found.log_loss:>10.4f}{auc:>8}{found.rmse_bins:>8.4f}")
    for found in evaluations:
        if len(found.calibration) > 1:
            lines += ["", found.name, f"{'predicted':>10}{'recalled':>10}{'reviews':>10}"]
            lines += map(_calibration_line, found.calibration)
    return lines


def _calibration_line(bin_: CalibrationBin) -> str:
    bar = "█" * round(BAR_WIDTH * bin_.recalled)
    return f"{bin_.predicted:>10.2f}{bin_.recalled:>10.2f}{bin_.reviews:>10,}  {bar}"
