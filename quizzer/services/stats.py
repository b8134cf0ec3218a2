"""Statistics: the figures of a year of reviews, the forecast, the intervals."""

from __future__ import annotations

import zoneinfo
from datetime import date, timedelta, tzinfo

from quizzer.core.stats.activity import count_streaks, fill_days
from quizzer.core.stats.answers import YEAR_DAYS, HourOf, choose_start, count_answers
from quizzer.core.stats.statistics import FORECAST_DAYS, Statistics, forecast_due
from quizzer.services.workspace import Workspace
from quizzer.storage.instant import from_milliseconds
from quizzer.storage.runner import Runner
from quizzer.storage.statistics_reads import (
    read_active_days,
    read_activity,
    read_answers,
    read_due_counts,
    read_interval_counts,
)

QUARTER_MS = 15 * 60 * 1000  # every zone's offset today is a multiple of it


def read_statistics(workspace: Workspace) -> Statistics:
    """Return the statistics of the present study day."""
    with workspace.database.peeking() as run:
        return count_statistics(run, workspace.study_day(), workspace.calendar.zone)


def count_statistics(run: Runner, today: date, zone: tzinfo) -> Statistics:
    """Return the statistics of the study day `today`.

    The hour of an answer is the one of the zone in which it was given; `zone` stands in
    for a zone that this computer does not know.
    """
    first = today - timedelta(days=YEAR_DAYS - 1)
    days = fill_days(read_activity(run, first, today), first, today)
    since = choose_start(days)
    return Statistics(
        study_day=today,
        days=days,
        answers=count_answers(read_answers(run, since, today), since, today, _make_hour_of(zone)),
        streaks=count_streaks(read_active_days(run), today),
        forecast=forecast_due(read_due_counts(run, today + timedelta(days=FORECAST_DAYS - 1)), today),
        intervals=read_interval_counts(run),
    )


def _make_hour_of(zone: tzinfo) -> HourOf:
    """Return the hour of an answer, computed once a quarter of an hour."""
    zones: dict[str, tzinfo] = {}
    known: dict[tuple[str, int], int] = {}

    def hour_of(name: str, milliseconds: int) -> int:
        quarter = milliseconds // QUARTER_MS
        hour = known.get((name, quarter))
        if hour is None:
            if name not in zones:
                zones[name] = _find_zone(name, zone)
            local = from_milliseconds(quarter * QUARTER_MS).astimezone(zones[name])
            hour = known[name, quarter] = local.hour
        return hour

    return hour_of


def _find_zone(name: str, otherwise: tzinfo) -> tzinfo:
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return otherwise
