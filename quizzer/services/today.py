"""The study day's queue of cards, and the katas it offers beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from quizzer.content.kata_names import guess_title, list_slugs
from quizzer.content.locator import ContentRoots
from quizzer.core.kata_queue import KataReason, KataTurn, due_katas
from quizzer.core.queue import LEARN_AHEAD, Candidates, Limits, Queue, build_queue
from quizzer.core.study_day import Moment
from quizzer.markup.clean import clean_line
from quizzer.storage.kata_cards import read_katas
from quizzer.storage.queue import (
    read_ahead,
    read_day_count,
    read_drill,
    read_due,
    read_learning,
    read_new,
    read_pulled,
)
from quizzer.storage.runner import Runner


def read_queue(
    run: Runner, moment: Moment, limits: Limits, is_wanted: Callable[[str], bool], ahead_days: int = 0
) -> Queue:
    """Return what is left of the study day within the daily `limits`, then cards of the days ahead."""
    now, today = moment.now, moment.today
    candidates = Candidates(
        learning=read_learning(run, today, None, now),
        pulled=read_pulled(run, today),
        due=read_due(run, today),
        new=read_new(run, today),
        ahead=read_ahead(run, today, ahead_days) if ahead_days else (),
        drill=read_drill(run, today),
        waiting=read_learning(run, today, now, now + LEARN_AHEAD),
    )
    return build_queue(today, candidates, limits.less(read_day_count(run, today)), is_wanted)


def read_kata_turns(run: Runner, roots: ContentRoots, today: date, limit: int) -> tuple[KataTurn, ...]:
    """Return the katas that the study day `today` offers, with their titles; none of them is parsed."""
    turns = due_katas(list_slugs(roots), read_katas(run, today), today, limit)
    return tuple(replace(turn, title=guess_title(roots, turn.slug)) for turn in turns)


def kata_sentence(turn: KataTurn) -> str:
    """Return what a learner reads of a kata that the day offers, with the command that starts it."""
    return f"{kata_words(turn)}: {clean_line(turn.title)} · {turn.command}"


def kata_words(turn: KataTurn) -> str:
    """Return why the day offers a kata, in words."""
    return _KATA_WORDS[turn.reason]


_KATA_WORDS = {
    KataReason.OPEN: "Kata begun",
    KataReason.DUE: "Kata due",
    KataReason.NEW: "New kata",
}
