"""`quizzer review`, and the home screen that `quizzer` opens."""

from __future__ import annotations

import io
import os
import sys

import click

from quizzer.core.note import Level


@click.command()
@click.argument("decks", nargs=-1, metavar="[DECK]...")
@click.option("--plain", is_flag=True, help="Line by line, without boxes or colour.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Ask at most N cards.")
@click.option(
    "--tag", "tags", multiple=True, metavar="TAG", help="Only cards with this tag; may be repeated."
)
@click.option(
    "--level",
    "levels",
    multiple=True,
    type=click.Choice([level.value for level in Level]),
    help="Only this level; may be repeated.",
)
@click.option(
    "--clock-is-right", is_flag=True, help="Go on although the clock stands behind the last answer."
)
def review(
    decks: tuple[str, ...],
    plain: bool,
    limit: int | None,
    tags: tuple[str, ...],
    levels: tuple[str, ...],
    clock_is_right: bool,
) -> None:
    """Review the cards that are due, then new ones.

    DECK names the decks to review, all by default. Without a terminal the review is
    plain, and the end of input ends it. Every answer is saved at once.
    """
    from quizzer.services.selection import Selection
    from quizzer.services.workspace import open_workspace

    selection = Selection(decks, tags, tuple(Level(level) for level in levels))
    with open_workspace() as workspace:
        from quizzer.services.review import ReviewSession

        session = ReviewSession(workspace, selection, limit)
        if not clock_is_right:
            session.check_clock()
        if plain or not has_screen():
            from quizzer.cli.plain import PlainReview

            # A closed stream is None: no input ends the review, output goes nowhere.
            PlainReview(session, sys.stdin or io.StringIO(), sys.stdout or io.StringIO()).run()
        else:
            from quizzer.tui.app import run_review

            print("\n".join(run_review(session)))


def open_home() -> None:
    """Open the home screen; without a terminal, print what is due."""
    if not has_screen():
        from quizzer.cli.due import to_text
        from quizzer.services.due import report_due

        print(to_text(report_due()))
        return
    from quizzer.services.workspace import open_workspace

    with open_workspace() as workspace:
        from quizzer.tui.app import run_home

        run_home(workspace)


def has_screen() -> bool:
    """Say whether a full-screen application can be shown."""
    streams = (sys.stdin, sys.stdout, sys.stderr)  # Textual draws on the last
    is_terminal = all(stream is not None and stream.isatty() for stream in streams)
    return is_terminal and os.environ.get("TERM") != "dumb"
