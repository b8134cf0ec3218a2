"""`quizzer export csv` and `quizzer export markdown`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from quizzer.core.note import Level

if TYPE_CHECKING:
    from quizzer.services.selection import Selection
    from quizzer.services.text_export import ExportedText
    from quizzer.services.workspace import Workspace

    Export = Callable[[Workspace, Path | None, Selection], ExportedText]


def selecting(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that choose notes."""
    options = (
        click.option(
            "--deck", "decks", multiple=True, metavar="DECK", help="Only this deck; may be repeated."
        ),
        click.option(
            "--tag", "tags", multiple=True, metavar="TAG", help="Only notes with this tag; may be repeated."
        ),
        click.option(
            "--level",
            "levels",
            multiple=True,
            type=click.Choice([level.value for level in Level]),
            help="Only this level; may be repeated.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.command("csv")
@click.argument("file", metavar="FILE|-")
@selecting
def export_csv(file: str, **chosen: Any) -> None:
    """Write a table that spreadsheets, Anki and quizzer read; - writes to the standard output.

    A name that ends in .tsv or .txt parts the columns with tabs. In Anki: File > Import; its note types must
    have their English names. Edit the columns from id on: quizzer takes those back.
    """
    from quizzer.services import text_export

    _export(text_export.export_csv, file, chosen)


@click.command("markdown")
@click.argument("file", metavar="FILE|-")
@selecting
def export_markdown(file: str, **chosen: Any) -> None:
    """Write a document to read, print or edit; - writes to the standard output.

    Comments keep what the text does not show, so that 'quizzer import markdown' takes the document back.
    """
    from quizzer.services import text_export

    _export(text_export.export_markdown, file, chosen)


def _export(export: Export, file: str, chosen: dict[str, tuple[str, ...]]) -> None:
    from quizzer.cli.opening import opened_workspace
    from quizzer.services.selection import Selection

    selection = Selection(chosen["decks"], chosen["tags"], tuple(Level(level) for level in chosen["levels"]))
    with opened_workspace() as workspace:
        faults = len(workspace.library.faults)
        exported = export(workspace, None if file == "-" else Path(file), selection)
    if file == "-":
        sys.stdout.write(exported.text)
    else:
        print(f"{file}: {_count(exported.notes, 'note')}, {_count(exported.decks, 'deck')}")
    if faults:
        print(
            f"{_count(faults, 'fault')} in the decks, which are left out: 'quizzer deck lint' names them.",
            file=sys.stderr,
        )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
