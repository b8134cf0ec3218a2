"""`quizzer backup` and `quizzer restore`."""

from __future__ import annotations

from pathlib import Path

import click

from quizzer.services.backup import back_up
from quizzer.services.backup import restore as bring_back


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
def backup(file: Path | None) -> None:
    """Copy the database to a file.

    FILE must not exist; without it the copy goes, dated, into the folder of backups.
    The copy is whole even while a review is going on.
    """
    print(back_up(file))


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
def restore(file: Path) -> None:
    """Bring a backup back; the present database is kept aside.

    FILE is checked first; a damaged one, another program's or a newer quizzer's changes nothing.
    """
    restored = bring_back(file)
    print(f"{restored.database} is now as in {file}.")
    if restored.kept:
        print(f"The database that was there is kept as {restored.kept}.")
