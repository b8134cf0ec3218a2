"""The study day's queue of cards, and the katas it offers beside it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from quizzer.content.kata_names import list_slugs
from quizzer.content.locator import ContentRoots
from quizzer.core.kata_queue import KataReason, KataTurn, due_katas
from quizzer.core.queue import Limits, Queue, build_queue
from quizzer.storage.kata_cards import read_katas
from quizzer.storage.queue import read_day_count, read_drill, read_due, read_new, read_pulled
from quizzer.storage.runner import Runner


def read_queue(run: Runner, today: date, limits: Limits, is_wanted: Callable[[str], bool]) -> Queue:
    """Return what is left of the study day `today` within the daily `limits`."""
    left = limits.less(read_day_count(run, today))
    return build_queue(
        today,
        read_pulled(run, today),
        read_due(run, today),
        read_new(run, today),
        read_drill(run, today),
        left,
        is_wanted,
    )


def read_kata_turns(run: Runner, roots: ContentRoots, today: date, limit: int) -> tuple[KataTurn, ...]:
    """Return the katas that the study day `today` offers; none of them is read."""
    return due_katas(list_slugs(roots), read_katas(run, today), today, limit)


def kata_sentence(turn: KataTurn) -> str:
    """Return what a learner reads of a kata that the day offers, with the command that starts it."""
    return f"{_KATA_WORDS[turn.reason]}: {turn.title} · {turn.command}"


_KATA_WORDS = {
    KataReason.OPEN: "Kata begun",
    KataReason.DUE: "Kata due",
    KataReason.NEW: "New kata",
}
