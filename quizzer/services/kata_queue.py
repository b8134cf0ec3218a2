"""The katas that a study day offers, told quickly enough for a shell prompt: no kata is read."""

from __future__ import annotations

from datetime import date

from quizzer.content.kata_names import list_slugs
from quizzer.content.locator import ContentRoots
from quizzer.core.kata_queue import KataTurn, due_katas
from quizzer.storage.kata_cards import read_katas
from quizzer.storage.runner import Runner


def offer_katas(run: Runner, roots: ContentRoots, today: date, limit: int) -> tuple[KataTurn, ...]:
    """Return what the study day `today` offers within the daily `limit`, in the order it is listed."""
    return due_katas(list_slugs(roots), read_katas(run, today), today, limit)
