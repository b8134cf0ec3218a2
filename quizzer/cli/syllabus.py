"""`quizzer syllabus`."""

from __future__ import annotations

import json

import click

from quizzer.cli.console import open_console


@click.command()
@click.argument("area", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def syllabus(area: str | None, as_json: bool) -> None:
    """Show the plan: areas in order, what opens next, reading.

    Areas stand in the order of their prerequisites, with the topics of which you have seen a card and the
    share of all their cards that you would recall now. With AREA: its topics, what each waits for, and what
    to read on it.

    JSON: {"areas": [as in 'quizzer stats --json'], "next": [topics that can be begun]}; of one AREA the
    fields of an area with "plan": [{"topic", "title", "level", "requires", "cards", "seen", "recall",
    "waits_for"}] and "reading": [{"title", "url"}]. recall is of the seen cards, null where there is none.
    """
    from quizzer.cli.opening import opened_workspace
    from quizzer.services.readiness import find_readiness, read_readiness
    from quizzer.services.readiness_text import area_lines, syllabus_lines
    from quizzer.services.stats_fields import plan_fields, syllabus_fields

    with opened_workspace() as workspace:
        readiness = read_readiness(workspace)
        found = find_readiness(workspace, readiness, area) if area else None
    if as_json:
        print(json.dumps(plan_fields(readiness, found) if found else syllabus_fields(readiness)))
        return
    width = open_console().width
    print("\n".join(area_lines(readiness, found, width) if found else syllabus_lines(readiness, width)))
