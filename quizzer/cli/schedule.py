"""`quizzer schedule`: what is in force, changing it, and taking a change back."""

from __future__ import annotations

import json
from dataclasses import replace

import click

from quizzer.cli.opening import opened_workspace
from quizzer.cli.schedule_change import change, confirm, describe, tell_replayed
from quizzer.cli.schedule_fit import evaluate, fit, fit_lines
from quizzer.cli.schedule_simulate import simulate
from quizzer.core.scheduler_choice import SchedulerChoice, SchedulerName
from quizzer.services.fitting import fit_own_log
from quizzer.services.schedule import preview_change, preview_undo, read_schedule, undo_change
from quizzer.services.scheduler_choices import FITTED_PARAMETERS, choose_scheduler
from quizzer.services.workspace import Workspace


@click.group()
def schedule() -> None:
    """Choose, fit and look into the scheduler."""


for command in (fit, evaluate, simulate):
    schedule.add_command(command)


@schedule.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(as_json: bool) -> None:
    """Show the scheduler in force.

    JSON: {"scheduler", "since", "desired_retention", "parameters", "learning_steps_s",
    "relearning_steps_s", "has_fuzz"}; all but the first two are null for SM-2, since is null for the
    scheduler of the first day.
    """
    with opened_workspace() as workspace:
        newest = read_schedule(workspace)
        zone = workspace.calendar.zone
    since = newest.happened_at.astimezone(zone).isoformat(timespec="seconds") if newest.happened_at else None
    if as_json:
        print(json.dumps({"scheduler": newest.choice.name, "since": since, **_fields(newest.choice)}))
        return
    print("\n".join(describe(newest.choice)))
    print(f"since {since}" if since else "from the first day on")


@schedule.command(name="set")
@click.argument("scheduler", type=click.Choice([name.value for name in SchedulerName]))
@click.option("--retention", type=float, metavar="SHARE", help="The share of cards to be recalled when due.")
@click.option("--parameters", metavar="WHICH", help="'default', 'fitted', 21 numbers, or a file with them.")
@click.option("--learning-steps", metavar="STEPS", help="Waits of a new card, as in '1m 10m', or 'none'.")
@click.option("--relearning-steps", metavar="STEPS", help="Waits of a forgotten card, as in '10m'.")
@click.option("--fuzz/--no-fuzz", "has_fuzz", default=None, help="Whether intervals are moved a little.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def set_scheduler(
    scheduler: str,
    retention: float | None,
    parameters: str | None,
    learning_steps: str | None,
    relearning_steps: str | None,
    has_fuzz: bool | None,
    yes: bool,
) -> None:
    """Change the scheduler or its parameters.

    SCHEDULER is sm2 or fsrs. All cards are scheduled anew from the log, as if it had always been that
    one. You see first what that would do; 'quizzer schedule undo' takes it back. What is not said stays.
    """
    with opened_workspace() as workspace:
        present = read_schedule(workspace).choice
        choice = choose_scheduler(
            present,
            SchedulerName(scheduler),
            retention=retention,
            parameters=parameters,
            learning_steps=learning_steps,
            relearning_steps=relearning_steps,
            has_fuzz=has_fuzz,
        )
        if parameters == FITTED_PARAMETERS:
            choice = replace(choice, parameters=_fit(workspace) or choice.parameters)
        if choice == present:
            print("That is in force already; 'quizzer schedule replay' schedules all cards anew by it.")
            return
        change(workspace, preview_change(workspace, choice, tell_replayed), yes)


@schedule.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
def replay(yes: bool) -> None:
    """Schedule all cards anew by the scheduler in force.

    Intervals that were chosen by others before (an import, other parameters) are computed again from
    the log. You see first what that would do; 'quizzer schedule undo' takes it back.
    """
    with opened_workspace() as workspace:
        present = read_schedule(workspace).choice
        change(workspace, preview_change(workspace, present, tell_replayed), yes)


@schedule.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
def undo(yes: bool) -> None:
    """Take the last change of the scheduler back.

    Answers given since then stay, with the intervals that they got.
    """
    with opened_workspace() as workspace:
        preview = preview_undo(workspace, tell_replayed)
        confirm(preview, yes)
        undo_change(workspace, preview)
    print("Done: the change was taken back.")


def _fit(workspace: Workspace) -> tuple[float, ...]:
    """Return the fitted parameters; none, which leaves what is in force, where they are no better."""
    report = fit_own_log(workspace)
    print("\n".join(fit_lines(report)), end="\n\n")
    return report.fit.parameters if report.is_better else ()


def _fields(choice: SchedulerChoice) -> dict[str, object]:
    is_fsrs = choice.name is SchedulerName.FSRS
    fields = {
        "desired_retention": choice.desired_retention,
        "parameters": list(choice.parameters) or "default",
        "learning_steps_s": choice.learning_steps_s,
        "relearning_steps_s": choice.relearning_steps_s,
        "has_fuzz": choice.has_fuzz,
    }
    return {name: value if is_fsrs else None for name, value in fields.items()}
