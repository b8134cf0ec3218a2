"""`quizzer import undo`."""

from __future__ import annotations

import click


@click.command()
@click.option("--answered", is_flag=True, help="Even if notes go that were answered since.")
def undo(answered: bool) -> None:
    """Take the last import back.

    Its reviews and what it did to cards no longer count, and the deck files are again what they were. A
    deck file that was edited since stays as it is. Media files stay.

    Nothing is taken back where one of its cards went on since, nor, without --answered, where a note
    would go that was answered: its answers would wait in the log for the note to come back.
    """
    from quizzer.cli.opening import opened_workspace
    from quizzer.services.import_text import undone_lines
    from quizzer.services.import_undo import undo_import

    with opened_workspace() as workspace:
        for line in undone_lines(undo_import(workspace, takes_answered=answered)):
            print(line)
