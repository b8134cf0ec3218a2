"""What a change of the scheduler would do, as a learner reads it, and the question whether to make it."""

from __future__ import annotations

import sys

import click

from quizzer.core.counted import counted
from quizzer.core.learning_steps import format_steps
from quizzer.core.scheduler_choice import SchedulerChoice, SchedulerName
from quizzer.errors import UsageError
from quizzer.services.schedule import Preview, change_schedule
from quizzer.services.workspace import Workspace

TITLES = {SchedulerName.SM2: "SM-2", SchedulerName.FSRS: "FSRS-6"}
DONE = "Done. 'quizzer schedule undo' takes it back."


def change(workspace: Workspace, preview: Preview, yes: bool) -> None:
    """Show what a change would do, ask, and make it.

    Raises:
        UsageError: Without a terminal to ask on.
        click.exceptions.Exit: If the answer is no.
    """
    confirm(preview, yes)
    change_schedule(workspace, preview)
    print(DONE)


def confirm(preview: Preview, yes: bool) -> None:
    """Show what a change would do and ask whether to go on.

    Raises:
        UsageError: Without a terminal to ask on.
        click.exceptions.Exit: If the answer is no.
    """
    print("\n".join(to_lines(preview)))
    if yes:
        return
    if not (sys.stdin and sys.stdin.isatty()):
        raise UsageError("nothing was changed: without a terminal, --yes has to say that it may be.")
    if not click.confirm("Change the schedule?"):
        print("Nothing was changed.")
        raise click.exceptions.Exit(0)


def tell_replayed(cards: int) -> None:
    """Show on a terminal how far a long replay is; the next line that is printed takes its place."""
    if sys.stderr and sys.stderr.isatty():
        print(f"Replaying the log: {cards:,} cards", end="\r", file=sys.stderr, flush=True)


def to_lines(preview: Preview) -> list[str]:
    """Return what a change would do, a line a figure."""
    old, new = preview.workload_before, preview.workload_after
    lines = [f"From {describe(preview.before)[0]}", f"to   {describe(preview.after)[0]}", ""]
    lines.append(f"{'':22}{'now':>8}{'then':>8}")

    def row(name: str, before: float, after: float, form: str = "d") -> None:
        lines.append(f"{name:22}{before:>8{form}}{after:>8{form}}")

    row("due today", old.due[0], new.due[0])
    row("due tomorrow", old.due[1], new.due[1])
    for day in range(2, 8):
        row(f"due in {day} days", old.due[day], new.due[day])
    row("due in 8 to 30 days", sum(old.due[8:]), sum(new.due[8:]))
    row("reviews a day", old.reviews_a_day, new.reviews_a_day, ".1f")
    if preview.seconds_a_review is not None:
        minutes = preview.seconds_a_review / 60
        row("minutes a day", minutes * old.reviews_a_day, minutes * new.reviews_a_day, ".1f")
    lines += [
        "",
        f"Of {counted(preview.cards, 'card')}, {preview.sooner} come sooner, {preview.later} later, "
        f"{preview.unmoved} as before.",
        "Reviews a day: what all cards ask for in the long run, the sum of 1 / interval.",
    ]
    return lines


def describe(choice: SchedulerChoice) -> tuple[str, ...]:
    """Return the choice in lines; the first one says the most."""
    if choice.name is SchedulerName.SM2:
        return (f"{TITLES[choice.name]}, as published in 1990",)
    parameters = "own parameters" if choice.parameters else "default parameters"
    head = f"{TITLES[choice.name]}, desired retention {choice.desired_retention:g}, {parameters}"
    steps = (
        f"learning steps {format_steps(choice.learning_steps_s)}; "
        f"relearning steps {format_steps(choice.relearning_steps_s)}; "
        f"{'with' if choice.has_fuzz else 'without'} fuzz"
    )
    if not choice.parameters:
        return head, steps
    rows = [choice.parameters[i : i + 7] for i in range(0, len(choice.parameters), 7)]
    return head, steps, *("  ".join(f"{value:8.4f}" for value in row) for row in rows)
