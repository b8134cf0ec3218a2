"""`quizzer export`."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from quizzer.cli.export_text import export_csv, export_markdown
from quizzer.core.note import Level

if TYPE_CHECKING:
    from quizzer.services.export import Exported

_QUIET_S = 1.0
_BETWEEN_S = 0.1


@click.group()
def export() -> None:
    """Take your decks along to other programs."""


export.add_command(export_csv)
export.add_command(export_markdown)


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
@click.option(
    "--katas/--no-katas",
    default=None,
    help="Katas as cards that say how to run them; by default with an export of everything.",
)
@click.option(
    "--with-history",
    is_flag=True,
    help="Your schedule and review log too: a start for a collection that has none of these notes, no sync.",
)
def anki(
    file: Path,
    decks: tuple[str, ...],
    tags: tuple[str, ...],
    levels: tuple[str, ...],
    katas: bool | None,
    with_history: bool,
) -> None:
    """Write a package that Anki imports.

    Import it in Anki with File > Import. After an edit export and import again: Anki updates the
    notes that changed, and your reviews there stay. A package that quizzer wrote is replaced.

    Images and sounds that lie beside a deck, as in ![alt](media/plot.png), go along.
    """
    from quizzer.cli.opening import opened_workspace
    from quizzer.services.export import ExportPlan, export_anki
    from quizzer.services.selection import Selection

    selection = Selection(decks, tags, tuple(Level(level) for level in levels))
    with opened_workspace() as workspace:
        faults = len(workspace.library.faults)
        line = ProgressLine(sys.stderr)
        try:
            exported = export_anki(workspace, file, ExportPlan(selection, katas, with_history), line.show)
        finally:
            line.clear()
    print(_report(exported))
    if with_history:
        print(_history_report(exported))
    _warn(exported, faults)


class ProgressLine:
    """One line on a terminal, once an export has taken `quiet_s` seconds; elsewhere nothing."""

    def __init__(self, sink: TextIO | None, quiet_s: float = _QUIET_S) -> None:
        self._sink = sink if sink is not None and sink.isatty() else None
        self._next_at = time.monotonic() + quiet_s
        self._width = 0

    def show(self, done: int, total: int) -> None:
        """Say how far the export is."""
        if self._sink is None or time.monotonic() < self._next_at:
            return
        text = f"{done:,} of {total:,} notes"
        print(f"\r{text.ljust(self._width)}", end="", file=self._sink, flush=True)
        self._width = len(text)
        self._next_at = time.monotonic() + _BETWEEN_S

    def clear(self) -> None:
        """Take the line away."""
        if self._width:
            print(f"\r{' ' * self._width}\r", end="", file=self._sink, flush=True)


def _report(exported: Exported) -> str:
    counts = [
        _count(exported.notes, "note"),
        _count(exported.cards, "card"),
        _count(exported.decks, "deck"),
    ]
    if exported.katas:
        counts[0] += f" ({_count(exported.katas, 'kata')} among them)"
    if exported.media:
        counts.append(_count(exported.media, "file"))
    return (
        f"{exported.file}: {', '.join(counts)}\n"
        f"Since the last export: {exported.new} new, {exported.changed} changed.\n"
        "In Anki: File > Import. Importing again updates what has changed and keeps your reviews."
    )


def _history_report(exported: Exported) -> str:
    lines = [
        f"With your history: {_count(exported.reviews, 'review')}. This is a start and no sync: Anki takes "
        "it with the notes that it does not have yet, and ignores it for the others. "
        "Tick 'Import any learning progress' in its import."
    ]
    if exported.scheduler == "fsrs":
        lines.append(
            "You study with FSRS: turn it on in Anki, too (the options of any deck, FSRS), which a package "
            "cannot do. Until then Anki schedules with an ease of 250 %."
        )
    return "\n".join(lines)


def _warn(exported: Exported, faults: int) -> None:
    if exported.turned:
        search = " or ".join(f"Id:{note_id}" for note_id in exported.turned)
        print(
            "Between question and cloze Anki cannot change a note: it will have the old and the new ones of "
            f"{', '.join(exported.turned)}. Delete the old ones there (search: {search}).",
            file=sys.stderr,
        )
    for warning in exported.warnings:
        print(warning, file=sys.stderr)
    if exported.faulty_katas:
        print(
            f"{', '.join(exported.faulty_katas)}: faulty, left out. 'quizzer check --katas' says why.",
            file=sys.stderr,
        )
    if faults:
        print(
            f"{_count(faults, 'fault')} in the decks, which are left out: 'quizzer deck lint' names them.",
            file=sys.stderr,
        )


@export.command("json")
@click.argument("file", metavar="FILE|-", type=click.Path(path_type=Path, allow_dash=True))
def json_command(file: Path) -> None:
    """Write decks and history to a file of quizzer's own, which 'quizzer import json' takes in.

    Everything but settings and media files: all notes, every review that stands, the changes of the
    scheduler. docs/json.md says what stands where. FILE is replaced only where it is such an export, or
    empty.
    """
    from quizzer.cli.opening import opened_workspace
    from quizzer.services.json_exchange import export_json

    is_stdout = str(file) == "-"
    with opened_workspace() as workspace:
        exported = export_json(workspace, None if is_stdout else file)
    counts = (
        _count(exported.decks, "deck"),
        _count(exported.notes, "note"),
        _count(exported.reviews, "review"),
    )
    print(
        f"{'Written' if is_stdout else file}: {', '.join(counts)}.",
        file=sys.stderr if is_stdout else sys.stdout,
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
