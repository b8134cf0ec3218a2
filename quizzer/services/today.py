"""The study day's queue."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from quizzer.core.queue import Limits, Queue, build_queue
from quizzer.storage.queue import read_day_count, read_drill, read_due, read_new
from quizzer.storage.runner import Runner


def read_queue(run: Runner, today: date, limits: Limits, is_wanted: Callable[[str], bool]) -> Queue:
    """Return what is left of the study day `today` within the daily `limits`."""
    left = limits.less(read_day_count(run, today))
    return build_queue(
        today, read_due(run, today), read_new(run, today), read_drill(run, today), left, is_wanted
    )
