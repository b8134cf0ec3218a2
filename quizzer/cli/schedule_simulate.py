"""`quizzer schedule simulate`."""

from __future__ import annotations

import json
from itertools import cycle
from typing import TYPE_CHECKING

import click

from quizzer.cli.opening import opened_workspace
from quizzer.core.counted import counted
from quizzer.services.scheduler_choices import check_retention
from quizzer.services.simulating import SEED, Simulation, simulate_plans

if TYPE_CHECKING:
    from quizzer.fsrs.simulation import Course

RETENTIONS = (0.8, 0.85, 0.9, 0.95)
DAYS_A_MONTH = 30
MOST_COLUMNS = 3
PLOT_SIZE = (78, 20)
SIGNS = "ox+*#~"
TITLES = ("reviews a day", "minutes a day", "known at the end")
WIDEST_TITLE = 18
CELL_WIDTH = 7
HEAD_WIDTH = 14


@click.command()
@click.option(
    "--retention",
    "retentions",
    type=float,
    multiple=True,
    default=RETENTIONS,
    metavar="SHARE",
    help="A desired retention to try; may be repeated.",
)
@click.option(
    "--new",
    "new_limits",
    type=click.IntRange(0, 9999),
    multiple=True,
    metavar="N",
    help="New cards a day to try; may be repeated. Your limit, if not said.",
)
@click.option("--days", type=click.IntRange(1, 3650), default=90, show_default=True, help="How far to look.")
@click.option("--seed", type=click.IntRange(0), default=SEED, show_default=True, help="Of the chances.")
@click.option("--plot", is_flag=True, help="Draw the reviews a day.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def simulate(
    retentions: tuple[float, ...],
    new_limits: tuple[int, ...],
    days: int,
    seed: int,
    plot: bool,
    as_json: bool,
) -> None:
    """Look at the coming months under several plans.

    All cards are scheduled anew for each desired retention, as by 'quizzer schedule set fsrs'. From there
    on a learner is simulated who forgets as FSRS-6 with your parameters says (the default ones, if you
    have none), rates and takes time as you do, and keeps your limit of due cards a day. Known is how many
    cards would be recalled if all were asked. Katas are left out. A simulation is one course of chance,
    not a promise.

    JSON: {"days", "seen", "new", "habits": {"first_shares", "passed_shares", "seconds"},
    "habits_are_yours", "parameters_are_yours", "courses": [{"desired_retention", "new_a_day", "reviews",
    "minutes", "known"}]}, the last three with a value a day.
    """
    with opened_workspace() as workspace:
        new_limits = new_limits or (workspace.places.settings.new_limit,)
        tried = dict.fromkeys(map(check_retention, retentions)), dict.fromkeys(new_limits)
        simulation = simulate_plans(workspace, *tried, days, seed)
    if as_json:
        print(json.dumps(_fields(simulation)))
        return
    print("\n".join(_table(simulation)))
    if plot:
        print(_draw(simulation))


def _fields(simulation: Simulation) -> dict[str, object]:
    habits = simulation.habits
    return {
        "days": simulation.days,
        "seen": simulation.seen,
        "new": simulation.new,
        "habits": {
            "first_shares": habits.first_shares,
            "passed_shares": habits.passed_shares,
            "seconds": habits.seconds,
        },
        "habits_are_yours": simulation.has_own_habits,
        "parameters_are_yours": simulation.has_own_parameters,
        "courses": [
            {
                "desired_retention": course.plan.desired_retention,
                "new_a_day": course.plan.new_a_day,
                "reviews": course.reviews,
                "minutes": course.minutes,
                "known": course.known,
            }
            for course in simulation.courses
        ],
    }


def _table(simulation: Simulation) -> list[str]:
    spans = _spans(simulation.days)
    width = max(WIDEST_TITLE // len(spans), CELL_WIDTH)
    titles = "".join(f"{title:>{width * len(spans)}}" for title in TITLES)
    lines = [*_assumptions(simulation, spans), "", f"{'':{HEAD_WIDTH}}{titles}"]
    lines.append(f"{'retention':>9}{'new':>5}" + "".join(f"{f'..{end}':>{width}}" for _, end in spans * 3))
    for course in simulation.courses:
        cells = [f"{_mean(course.reviews, span):>{width}.0f}" for span in spans]
        cells += [f"{_mean(course.minutes, span):>{width}.1f}" for span in spans]
        cells += [f"{course.known[end - 1]:>{width}.0f}" for _, end in spans]
        lines.append(f"{course.plan.desired_retention:>9g}{course.plan.new_a_day:>5}" + "".join(cells))
    return lines


def _assumptions(simulation: Simulation, spans: list[tuple[int, int]]) -> list[str]:
    ranges = ", ".join(f"{start + 1}..{end}" for start, end in spans)
    whose = "your own" if simulation.has_own_parameters else "the default"
    habits = "You rate and take time as in your log."
    if not simulation.has_own_habits:
        habits = "How you rate and how long it takes is assumed: your log is too short to tell."
    return [
        f"{counted(simulation.seen, 'card')} seen, {simulation.new:,} new. Days from today on: {ranges}.",
        f"You forget as FSRS-6 with {whose} parameters says.",
        habits,
    ]


def _spans(days: int) -> list[tuple[int, int]]:
    """Return months, or as many equal parts of more of them as there are columns."""
    length = DAYS_A_MONTH if days <= DAYS_A_MONTH * MOST_COLUMNS else -(-days // MOST_COLUMNS)
    return [(start, min(start + length, days)) for start in range(0, days, length)]


def _mean(values: tuple[int, ...] | tuple[float, ...], span: tuple[int, int]) -> float:
    part = values[span[0] : span[1]]
    return sum(part) / len(part)


def _draw(simulation: Simulation) -> str:
    """Return a plot of the reviews a day, each the mean of the week around it; signs tell the plans apart."""
    import plotext

    plotext.clear_figure()
    plotext.plot_size(*PLOT_SIZE)
    plotext.title("Reviews a day")
    for course, sign in zip(simulation.courses, cycle(SIGNS), strict=False):
        label = f"retention {course.plan.desired_retention:g}, {course.plan.new_a_day} new"
        plotext.plot(range(1, simulation.days + 1), _smooth(course), label=label, marker=sign)
    plotext.xlabel("day")
    plotext.xticks(sorted({max(1, round(simulation.days * part / 6)) for part in range(7)}))
    drawn: str = plotext.uncolorize(plotext.build())
    return drawn.rstrip()


def _smooth(course: Course) -> list[float]:
    days = range(len(course.reviews))
    return [_mean(course.reviews, (max(0, day - 3), day + 4)) for day in days]
