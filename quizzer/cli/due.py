"""`quizzer due`."""

from __future__ import annotations

import json

import click

from quizzer.services.due import DueReport, report_due


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def due(as_json: bool) -> None:
    """Show what is due today.

    JSON: {"study_day", "due", "new", "drill", "decks": [{"deck", "due", "new", "drill"}]}.
    A deck's figures are what a session with that deck alone would bring.
    """
    report = report_due()
    print(to_json(report) if as_json else to_text(report))


def to_json(report: DueReport) -> str:
    """Return the report as one JSON object."""
    return json.dumps(
        {
            "study_day": report.study_day.isoformat(),
            "due": report.due,
            "new": report.new,
            "drill": report.drill,
            "decks": [
                {"deck": deck.deck, "due": deck.due, "new": deck.new, "drill": deck.drill}
                for deck in report.decks
            ],
        }
    )


def to_text(report: DueReport) -> str:
    """Return the report as a table."""
    width = max([len(deck.deck) for deck in report.decks] + [5])
    lines = [f"{'':{width}}   due   new  drill"]
    lines += [
        f"{deck.deck:{width}} {deck.due:5} {deck.new:5} {deck.drill:6}"
        for deck in report.decks
        if deck.due or deck.new or deck.drill
    ]
    lines.append(f"{'today':{width}} {report.due:5} {report.new:5} {report.drill:6}")
    if report.total == 0:
        return "Nothing is due today."
    return "\n".join(lines)
