"""`quizzer backup` and `quizzer restore`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from quizzer.services.backup import Backup, back_up, list_backups
from quizzer.services.backup import restore as bring_back


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
def backup(file: Path | None) -> None:
    """Copy the database to a file.

    FILE must not exist; without it the copy goes, dated, into the folder of backups.
    The copy is whole even while a review is going on. One a study day is made there by itself.
    """
    print(back_up(file))


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
def restore(file: Path | None) -> None:
    """Bring a backup back; the present database is kept aside.

    FILE is a path or the name of a backup; without it the backups are listed, newest first. It is
    checked first; a damaged one, another program's or a newer quizzer's changes nothing.
    """
    if file is None:
        _list(list_backups())
        return
    restored = bring_back(file)
    print(f"{restored.database} is now as in {restored.backup}.")
    if restored.kept:
        print(f"The database that was there is kept as {restored.kept}.")


def _list(backups: Sequence[Backup]) -> None:
    if not backups:
        print("There is no backup yet. The first answer of every day makes one.", file=sys.stderr)
        return
    rows = [("backup", "made", "reviews", "cards", "size")]
    rows += [_cells(backup) for backup in backups]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for name, made, *figures in rows:
        cells = [f"{name:{widths[0]}}", f"{made:{widths[1]}}"]
        cells += [f"{figure:>{width}}" for figure, width in zip(figures, widths[2:], strict=True)]
        print("  ".join(cells))
    folders = ", ".join(sorted({str(backup.path.parent) for backup in backups}))
    print(f"They lie in {folders}; 'quizzer restore NAME' brings one back.", file=sys.stderr)
    for backup in backups:
        if backup.fault:
            print(f"quizzer: {backup.fault}", file=sys.stderr)


def _cells(backup: Backup) -> tuple[str, str, str, str, str]:
    held = backup.contents
    figures = (f"{held.reviews:,}", f"{held.cards:,}") if held else ("?", "?")
    return (backup.path.name, backup.made, *figures, _size(backup.size_bytes))


def _size(size_bytes: int) -> str:
    kib = size_bytes / 1024
    return f"{kib:.0f} KiB" if kib < 1024 else f"{kib / 1024:.1f} MiB"
