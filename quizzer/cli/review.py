"""`quizzer review`, and the home screen that `quizzer` opens."""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING

import click

from quizzer.core.note import Level
from quizzer.errors import UsageError

if TYPE_CHECKING:
    from quizzer.services.review import ReviewSession


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
@click.option("--area", "areas", multiple=True, metavar="AREA", help="Only this area of the syllabus.")
@click.option("--topic", "topics", multiple=True, metavar="TOPIC", help="Only this topic; may be repeated.")
@click.option("--weak", is_flag=True, help="Only what was Again or Hard when last asked, or failed often.")
@click.option("--flagged", is_flag=True, help="Only cards that you flagged.")
@click.option(
    "--ahead",
    type=click.IntRange(0, 3650),
    default=0,
    metavar="DAYS",
    help="After today's cards, those that come back within DAYS days.",
)
@click.option("--cram", is_flag=True, help="Every chosen card until it was Good; no schedule moves.")
@click.option(
    "--clock-is-right", is_flag=True, help="Go on although the clock stands behind the last answer."
)
def review(
    decks: tuple[str, ...],
    plain: bool,
    limit: int | None,
    tags: tuple[str, ...],
    levels: tuple[str, ...],
    areas: tuple[str, ...],
    topics: tuple[str, ...],
    weak: bool,
    flagged: bool,
    ahead: int,
    cram: bool,
    clock_is_right: bool,
) -> None:
    """Review the cards that are due, then new ones.

    DECK names the decks to review, all by default. All choices are of the cards that today brings, with
    --ahead also of those of the days ahead, with --cram of all cards. Without a terminal the review is
    plain, and the end of input ends it. Every answer is saved at once.
    """
    from quizzer.cli.opening import opened_workspace
    from quizzer.services.selection import Selection

    if cram and ahead:
        raise UsageError("--cram asks every card already; leave --ahead out.")
    selection = Selection(decks, tags, tuple(Level(level) for level in levels), areas, weak, flagged, topics)
    with opened_workspace() as workspace:
        from quizzer.services.review import ReviewSession

        session = ReviewSession(workspace, selection, limit, ahead_days=ahead, is_cram=cram)
        if not clock_is_right:
            session.check_clock()
        _run(session, is_plain=plain or not has_screen())


def open_home(*, takes_defaults: bool = False) -> None:
    """Open the home screen; without a terminal, print what is due.

    A learner who has neither settings nor a database is asked three questions first, and begins with
    the first card; `takes_defaults` leaves the questions out.
    """
    if not has_screen():
        from quizzer.cli.due import show
        from quizzer.services.due import report_due

        show(report_due())
        return
    from quizzer.cli.opening import opened_workspace
    from quizzer.services.first_run import Answers, is_first_run, keep_answers
    from quizzer.services.places import find_places

    places = find_places()
    is_first = is_first_run(places)
    with opened_workspace(places) as workspace:
        from quizzer.cli.console import print_sentences
        from quizzer.tui.app import run_home, run_review

        if is_first and takes_defaults:
            from quizzer.services.review import ReviewSession

            keep_answers(Answers())
            print_sentences(run_review(ReviewSession(workspace)))
        else:
            run_home(workspace, is_first=is_first)


def has_screen() -> bool:
    """Say whether a full-screen application can be shown."""
    streams = (sys.stdin, sys.stdout, sys.stderr)  # Textual draws on the last
    is_terminal = all(stream is not None and stream.isatty() for stream in streams)
    return is_terminal and os.environ.get("TERM") != "dumb"


def _run(session: ReviewSession, *, is_plain: bool) -> None:
    if is_plain:
        from quizzer.cli.plain import PlainReview

        # A closed stream is None: no input ends the review, output goes nowhere.
        PlainReview(session, sys.stdin or io.StringIO(), sys.stdout or io.StringIO()).run()
    else:
        from quizzer.cli.console import print_sentences
        from quizzer.tui.app import run_review

        print_sentences(run_review(session))
