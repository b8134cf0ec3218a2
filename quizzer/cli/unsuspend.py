"""`quizzer unsuspend`."""

from __future__ import annotations

import sys

import click

from quizzer.services.suspended import list_suspended, unsuspend
from quizzer.services.workspace import open_workspace


@click.command(name="unsuspend")
@click.argument("cards", nargs=-1, metavar="[CARD]...")
@click.option("--all", "is_all", is_flag=True, help="Bring all of them back.")
def unsuspend_command(cards: tuple[str, ...], is_all: bool) -> None:
    """List suspended cards, or bring them back.

    Without a CARD the suspended cards are listed, a key a line.
    """
    with open_workspace() as workspace:
        suspended = list_suspended(workspace)
        wanted = suspended if is_all else cards
        if wanted:
            unsuspend(workspace, wanted)
            print(f"{len(set(wanted))} brought back: {', '.join(dict.fromkeys(wanted))}")
        elif suspended:
            print("\n".join(suspended))
        else:
            print("No card is suspended.", file=sys.stderr)
