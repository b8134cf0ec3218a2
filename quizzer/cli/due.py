"""`quizzer due`."""

from __future__ import annotations

import json
from collections.abc import Iterable

import click

from quizzer.cli.opening import tell
from quizzer.core.queue import DeckCount
from quizzer.services.due import DueReport, report_due
from quizzer.services.today import kata_sentence


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def due(as_json: bool) -> None:
    """Show what is due today.

    JSON: {"study_day", "pulled", "due", "new", "drill", "learning", "decks": [{"deck", "pulled",
    "due", "new", "drill", "learning"}], "katas": [{"kata", "reason", "command"}]}. A deck's figures are
    what a session with that deck alone would bring, while the table shows its part of the day; pulled are
    the cards that failed katas asked for, learning those whose step ends within 20 minutes. A kata's
    reason is open, due or new.
    """
    show(report_due(), as_json=as_json)


def show(report: DueReport, *, as_json: bool = False) -> None:
    """Print the report, and to stderr what there is to tell besides."""
    print(to_json(report) if as_json else to_text(report))
    tell(report.notices)


def to_json(report: DueReport) -> str:
    """Return the report as one JSON object."""
    return json.dumps(
        {
            "study_day": report.study_day.isoformat(),
            "pulled": report.pulled,
            "due": report.due,
            "new": report.new,
            "drill": report.drill,
            "learning": report.learning,
            "decks": [
                {
                    "deck": deck.deck,
                    "pulled": deck.pulled,
                    "due": deck.due,
                    "new": deck.new,
                    "drill": deck.drill,
                    "learning": deck.learning,
                }
                for deck in report.alone
            ],
            "katas": [
                {"kata": turn.slug, "reason": turn.reason, "command": turn.command} for turn in report.katas
            ],
        }
    )


def to_text(report: DueReport) -> str:
    """Return the report as a table and a line a kata; pulled cards have a column where there are some."""
    katas = [kata_sentence(turn) for turn in report.katas]
    if report.total == 0:
        return "\n".join(["No card is due today.", *katas] if katas else ["Nothing is due today."])
    width = max([len(deck.deck) for deck in report.decks] + [5])

    def row(head: str, cells: Iterable[object]) -> str:
        return " ".join([f"{head:{width}}", *(f"{cell!s:>6}" for cell in cells)])

    def figures(count: DeckCount) -> list[int]:
        return [count.of(turn) for turn in report.turns]

    lines = [row("", report.turns)]
    lines += [row(deck.deck, figures(deck)) for deck in report.decks if deck.total]
    return "\n".join([*lines, row("today", figures(report.all_decks)), *katas])
