"""Writing the page of statistics to a file of the learner's."""

from __future__ import annotations

import stat
from datetime import date, timedelta
from pathlib import Path

from quizzer.content.files import UnreadableError, read_regular
from quizzer.content.writing import replace_file
from quizzer.core.counted import counted
from quizzer.core.readiness import Readiness
from quizzer.core.stats.activity import WEEKDAYS, month_starts, week_starts
from quizzer.core.stats.recall import AGES, INTERVALS
from quizzer.core.stats.statistics import Statistics
from quizzer.errors import UsageError, WorkspaceError
from quizzer.exchange.stats.page import PAGE_START, make_bars, make_heatmap, render_page
from quizzer.markup.clean import clean_line
from quizzer.services.readiness_text import NO_SYLLABUS, area_cells
from quizzer.services.stats_text import EMPTY, SHOWN_DAYS, activity_lines, recall_words, share_of

LARGEST_PAGE = 10_000_000
NEW_FILE_MODE = 0o600  # how somebody learns is their own business


def write_page(path: Path, statistics: Statistics, readiness: Readiness) -> None:
    """Write the page at once; what is replaced is only an older page, or an empty file.

    Raises:
        UsageError: If there is something else at `path`, or no folder for it.
        WorkspaceError: If the file cannot be written; what was there is untouched.
    """
    target = path.resolve()
    mode = _check(path, target)
    page = render_page(page_fields(statistics, readiness))
    try:
        replace_file(target, page.encode(), mode)
    except OSError as error:
        raise WorkspaceError(
            f"{path}: the page cannot be written ({error.strerror}). Name a file where you may write."
        ) from error


def page_fields(statistics: Statistics, readiness: Readiness) -> dict[str, object]:
    """Return what the page shows, as its template names it."""
    return {
        "study_day": f"{statistics.study_day:%d %B %Y}",
        "is_empty": statistics.is_empty,
        "empty": EMPTY,
        "no_syllabus": NO_SYLLABUS,
        "summary": activity_lines(statistics),
        **_charts(statistics),
        **_tables(statistics),
        "areas": [area_cells(area) for area in readiness.areas],
        "weakest": [(clean_line(topic.topic.title), topic.why) for topic in readiness.weakest()],
    }


def _charts(statistics: Statistics) -> dict[str, object]:
    weeks = week_starts(statistics.days)
    due = [
        (statistics.study_day + timedelta(days=days), cards) for days, cards in enumerate(statistics.forecast)
    ]
    recent = [(day.study_day, round(day.minutes)) for day in statistics.days[-SHOWN_DAYS:]]
    spans = zip(INTERVALS, statistics.intervals, strict=True)
    hours = enumerate(statistics.answers.hours)
    return {
        "weeks": len(weeks),
        "months": [(place, f"{week:%b}") for place, week in month_starts(weeks)],
        "weekdays": WEEKDAYS,
        "heatmap": make_heatmap(statistics.days),
        "forecast": make_bars(
            (f"{day:%a %d %b}", cards, f"{cards:,} due", _weekly(place, day))
            for place, (day, cards) in enumerate(due)
        ),
        "minutes": make_bars(
            (f"{day:%a %d %b}", minutes, f"{minutes} min", _weekly(place, day))
            for place, (day, minutes) in enumerate(recent)
        ),
        "intervals": make_bars(
            (str(span), cards, counted(cards, "card"), str(span.first)) for span, cards in spans
        ),
        "hours": make_bars(
            (f"{hour:02}:00", at.reviews, f"{at.reviews:,}, {recall_words(at.recall)}", f"{hour:02}")
            for hour, at in hours
        ),
    }


def _tables(statistics: Statistics) -> dict[str, object]:
    answers = statistics.answers
    retention = [(f"last {days} days", recall_words(recall)) for days, recall in answers.retention]
    by_age = zip(AGES, answers.by_age, strict=True)
    retention += [(f"interval {age}", recall_words(recall)) for age, recall in by_age]
    ratings = [
        (maturity.value, *(share_of(count, sum(counts)) for count in counts))
        for maturity, counts in answers.ratings.items()
    ]
    return {"retention": retention, "ratings": ratings}


def _weekly(place: int, day: date) -> str:
    return f"{day:%d %b}" if place % 7 == 0 else ""


def _check(path: Path, target: Path) -> int:
    """Return the permissions that the page gets; refuse a place that is not for it."""
    if not target.parent.is_dir():
        raise UsageError(f"{path}: there is no folder {target.parent}; make it, or name another file.")
    try:
        status = target.lstat()
    except FileNotFoundError:
        return NEW_FILE_MODE
    except OSError as error:
        raise UsageError(
            f"{path}: this cannot be looked at ({error.strerror}); name another file."
        ) from error
    try:
        present = read_regular(target, LARGEST_PAGE)
    except UnreadableError as error:
        raise UsageError(f"{path}: {error}. Name another file for the page.") from error
    if present and not present.startswith(PAGE_START.encode()):
        raise UsageError(f"{path}: this file is no page of statistics and would be lost. Name another one.")
    return stat.S_IMODE(status.st_mode)
