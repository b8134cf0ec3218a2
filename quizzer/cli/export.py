"""`quizzer export`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from quizzer.core.note import Level

if TYPE_CHECKING:
    from quizzer.services.export import Exported


@click.group()
def export() -> None:
    """Take your decks along to other programs."""


@export.command()
@click.argument("file", metavar="FILE.apkg", type=click.Path(path_type=Path))
@click.option("--deck", "decks", multiple=True, metavar="DECK", help="Only this deck; may be repeated.")
@click.option(
    "--tag", "tags", multiple=True, metavar="TAG", help="Only notes with this tag; may be repeated."
)
@click.option(
    "--level",
    "levels",
    multiple=True,
    type=click.Choice([level.value for level in Level]),
    help="Only this level; may be repeated.",
)
def anki(file: Path, decks: tuple[str, ...], tags: tuple[str, ...], levels: tuple[str, ...]) -> None:
    """Write a package that Anki imports.

    Import it in Anki with File > Import. After an edit export and import again: Anki updates the
    notes that changed, and your reviews there stay. A package that quizzer wrote is replaced.
    """
    from quizzer.services.export import export_anki
    from quizzer.services.selection import Selection
    from quizzer.services.workspace import open_workspace

    selection = Selection(decks, tags, tuple(Level(level) for level in levels))
    with open_workspace() as workspace:
        faults = len(workspace.library.faults)
        exported = export_anki(workspace, file, selection)
    print(_report(exported))
    if exported.turned:
        search = " or ".join(f"Id:{note_id}" for note_id in exported.turned)
        print(
            "Between question and cloze Anki cannot change a note: it will have the old and the new ones of "
            f"{', '.join(exported.turned)}. Delete the old ones there (search: {search}).",
            file=sys.stderr,
        )
    if faults:
        print(
            f"{_count(faults, 'fault')} in the decks, which are left out: 'quizzer deck lint' names them.",
            file=sys.stderr,
        )


def _report(exported: Exported) -> str:
    counts = (
        _count(exported.notes, "note"),
        _count(exported.cards, "card"),
        _count(exported.decks, "deck"),
    )
    return (
        f"{exported.file}: {', '.join(counts)}\n"
        f"Since the last export: {exported.new} new, {exported.changed} changed.\n"
        "In Anki: File > Import. Importing again updates what has changed and keeps your reviews."
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
