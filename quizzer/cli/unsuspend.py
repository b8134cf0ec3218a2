"""`quizzer unsuspend`."""

from __future__ import annotations

import sys

import click

from quizzer.cli.cards import show_cards
from quizzer.cli.opening import opened_workspace
from quizzer.services.set_apart import list_set_apart, unsuspend


@click.command(name="unsuspend")
@click.argument("cards", nargs=-1, metavar="[CARD]...")
@click.option("--all", "is_all", is_flag=True, help="Bring all of them back.")
def unsuspend_command(cards: tuple[str, ...], is_all: bool) -> None:
    """List suspended cards, or bring them back.

    Without a CARD the suspended cards are listed: a line each, with deck and lapses of a leech.
    """
    with opened_workspace() as workspace:
        suspended = list_set_apart(workspace, is_suspended=True)
        wanted = tuple(card.key for card in suspended) if is_all else tuple(dict.fromkeys(cards))
        if wanted:
            unsuspend(workspace, wanted)
            print(f"{len(wanted)} brought back: {', '.join(wanted)}")
        elif suspended:
            show_cards(suspended)
        else:
            print("No card is suspended.", file=sys.stderr)
