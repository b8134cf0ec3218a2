"""`quizzer doctor`."""

from __future__ import annotations

import click

from quizzer.core.counted import counted
from quizzer.services.doctor import examine
from quizzer.services.mending import mend

MARKS = {True: "ok   ", False: "FAULT", None: "     "}


@click.command()
@click.option(
    "--fix", is_flag=True, help="Rebuild what follows from the review log and differs from it or is damaged."
)
@click.pass_context
def doctor(ctx: click.Context, fix: bool) -> None:
    """Check that everything holds.

    Versions, folders, decks, katas and how their grader confines submissions, the database's
    integrity, and that replaying the review log gives the memory states. Exits with 1 if
    something does not hold.
    """
    if fix:
        mended = mend()
        print(f"{counted(mended.states, 'memory state')} rebuilt from the log.")
        if mended.kept:
            print(f"The database was damaged; as it was it is kept as {mended.kept}.")
    is_sound = True
    for finding in examine():
        print(f"{MARKS[finding.is_sound]} {finding.name}: {finding.text}")
        is_sound = is_sound and finding.is_sound is not False
    if not is_sound:
        ctx.exit(1)
