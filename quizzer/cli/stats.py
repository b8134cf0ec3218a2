"""`quizzer stats`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from quizzer.cli.console import Console, open_console
from quizzer.core.readiness import Readiness
from quizzer.core.stats.statistics import Statistics

LEAST_WIDTH = 60


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option(
    "--html",
    "page",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write a page for a browser: one file, no script, nothing fetched.",
)
def stats(as_json: bool, page: Path | None) -> None:
    """Show how it goes: reviews, retention, readiness.

    Figures are of the last 365 study days, forecast and intervals of today. A due card counts as recalled
    unless it was Again; new cards, drills and crams are no due cards. The hour of an answer is that of
    your clock where you gave it. FILE of --html is replaced only where it is such a page, or empty.

    JSON: {"study_day", "days": [{"study_day", "reviews", "minutes"}], "streak_days", "longest_streak_days",
    "forecast": [{"study_day", "cards"}], "figures_since", "retention": [{"days", "asked", "recalled"}],
    "retention_by_interval": [{"from_days", "to_days", "asked", "recalled"}], "intervals": [{"from_days",
    "to_days", "cards"}], "ratings": {"new" | "young" | "mature": {"again", "hard", "good", "easy"}},
    "hours": [{"hour", "reviews", "asked", "recalled"}], "readiness": {"areas": [{"area", "title",
    "requires", "topics", "covered", "learnt", "cards", "retrievable", "katas", "katas_passed"}],
    "weakest": [{"topic", "title", "recall", "why"}]}}. Spans of days include both ends, null is no end;
    shares are from 0 to 1; figures_since is the first day of the answers in retention,
    ratings and hours: at most the newest 60,000; retrievable is null for an area without cards.
    """
    from quizzer.cli.opening import opened_workspace
    from quizzer.services.readiness import read_readiness
    from quizzer.services.stats import read_statistics

    with opened_workspace() as workspace:
        statistics, readiness = read_statistics(workspace), read_readiness(workspace)
    if page is not None:
        from quizzer.services.stats_page import write_page

        write_page(page, statistics, readiness)
    if as_json:
        from quizzer.services.stats_fields import readiness_fields, statistics_fields

        print(json.dumps({**statistics_fields(statistics), "readiness": readiness_fields(readiness)}))
    elif page is None:
        _print(open_console(), statistics, readiness)
    else:
        print(f"Written: {page}")


def _print(console: Console, statistics: Statistics, readiness: Readiness) -> None:
    from quizzer.services.readiness_text import readiness_section, weakest_section
    from quizzer.services.stats_text import EMPTY, statistics_sections

    width = max(LEAST_WIDTH, console.width)
    figures = () if statistics.is_empty else statistics_sections(statistics, width)
    if statistics.is_empty:
        console.say(EMPTY)
        console.say()
    for section in (*figures, readiness_section(readiness), weakest_section(readiness, width)):
        console.say(section.title, "cyan")
        for line in section.lines:
            console.say(line)
        console.say()
