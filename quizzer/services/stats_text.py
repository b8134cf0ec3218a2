"""Statistics as lines of plain text, for the terminal and for the screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from quizzer.core.counted import counted
from quizzer.core.rating import Rating
from quizzer.core.stats.activity import WEEK_DAYS, WEEKDAYS, month_starts, shade_days, week_starts
from quizzer.core.stats.answers import MOST_ANSWERS
from quizzer.core.stats.recall import AGES, ENOUGH_ANSWERS, INTERVALS, Maturity, Recall
from quizzer.core.stats.statistics import Statistics
from quizzer.markup.chart import SHADES, draw_bar, draw_columns

EMPTY = "There is no review yet. 'quizzer review' starts."
TOO_FEW = "too few to tell"
MARGIN = 8  # cells of labels left of a chart
HOUR_MARGIN = 5
COLUMN_HEIGHT = 5
BAR_WIDTH = 40
SHOWN_DAYS = 30
MINUTES = "Minutes a day, last 30 days"


@dataclass(frozen=True, slots=True)
class Section:
    """A figure with its title; the shades of a heatmap may be given hues."""

    title: str
    lines: tuple[str, ...]
    is_heatmap: bool = False


def statistics_sections(statistics: Statistics, width: int) -> tuple[Section, ...]:
    """Return all figures in lines of at most `width` cells, from 60 on."""
    return (
        activity_section(statistics, width),
        minutes_section(statistics),
        forecast_section(statistics),
        retention_section(statistics),
        intervals_section(statistics),
        ratings_section(statistics),
        hours_section(statistics),
    )


def activity_section(statistics: Statistics, width: int) -> Section:
    """Return the heatmap of a year, with its sums and the streaks."""
    legend = f"{SHADES[0]} none   {' '.join(SHADES[1:])} few to many, a quarter of your active days each"
    lines = (*activity_lines(statistics), "", *_heatmap(statistics, width - 5), f"     {legend}")
    return Section("The last 365 days", lines, is_heatmap=True)


def activity_lines(statistics: Statistics) -> tuple[str, str]:
    """Return the sums of the year, and the streaks."""
    days, streaks = statistics.active_days, statistics.streaks
    done = f"{counted(statistics.reviews, 'review')} on {counted(days, 'day')}"
    each = f" ({statistics.minutes / days:.1f} min a day with reviews)" if statistics.minutes >= 1 else ""
    now, longest = counted(streaks.current_days, "day"), counted(streaks.longest_days, "day")
    return f"{done}, {duration(statistics.minutes)} in all{each}.", f"Streak: {now} now, {longest} at most."


def forecast_section(statistics: Statistics) -> Section:
    """Return how many cards are due today and on each of the days after it."""
    due = statistics.forecast
    if not any(due):
        return Section("Due in the next 30 days", ("No card is due in the next 30 days.",))
    overdue = ", overdue ones among them" if due[0] > 1 else ""
    lines = [
        f"{counted(due[0], 'card')} today{overdue}; {sum(due):,} in all, {sum(due) / len(due):.1f} a day.",
        *_with_scale(draw_columns(due, COLUMN_HEIGHT, 1, 1), f"{max(due):,}"),
        _axis(statistics.study_day),
    ]
    return Section("Due in the next 30 days", tuple(lines))


def minutes_section(statistics: Statistics) -> Section:
    """Return how many minutes each of the last days took."""
    days = statistics.days[-SHOWN_DAYS:]
    minutes = [day.minutes for day in days]
    if not any(day.reviews for day in days):
        return Section(MINUTES, (f"No review in the last {SHOWN_DAYS} days.",))
    each = f", {sum(minutes) / len(minutes):.1f} min a day" if sum(minutes) >= 1 else ""
    highest = f"{max(minutes):.0f}" if max(minutes) >= 1 else "<1"
    lines = [
        f"{duration(sum(minutes))} in all{each}; {duration(max(minutes))} on the longest day.".capitalize(),
        *_with_scale(draw_columns(minutes, COLUMN_HEIGHT, 1, 1), highest),
        _axis(days[0].study_day),
    ]
    return Section(MINUTES, tuple(lines))


def retention_section(statistics: Statistics) -> Section:
    """Return which share of due cards was recalled, by span of days and by the age of the card."""
    rows = [(f"last {days} days", recall) for days, recall in statistics.answers.retention]
    by_age = zip(AGES, statistics.answers.by_age, strict=True)
    aged = [(f"interval {age}", recall) for age, recall in by_age]
    lines = ["Due cards that were not new: how many you recalled."]
    if not statistics.has_all_answers:
        since = f"since {statistics.answers.since:%d %B %Y}"
        lines.append(f"Here and below: {since}, your newest {MOST_ANSWERS:,} answers.")
    lines += [_recall_line(head, recall) for head, recall in rows]
    lines += ["", "By the interval before the answer:"]
    lines += [_recall_line(head, recall) for head, recall in aged]
    return Section("True retention", tuple(lines))


def intervals_section(statistics: Statistics) -> Section:
    """Return how many cards have which interval."""
    counts = statistics.intervals
    if not any(counts):
        return Section("Intervals", ("No card has an interval yet.",))
    heads = ("in steps", *map(str, INTERVALS[1:]))
    shown = [(head, count) for head, count in zip(heads, counts, strict=True)]
    while shown and not shown[-1][1]:
        shown.pop()  # what nobody has reached yet
    if not shown[0][1]:
        shown.pop(0)  # SM-2 knows no steps
    lines = [
        f"{head:>11}  {count:>7,}  {draw_bar(count, max(counts), BAR_WIDTH)}".rstrip()
        for head, count in shown
    ]
    return Section("Intervals of scheduled cards", tuple(lines))


def ratings_section(statistics: Statistics) -> Section:
    """Return how often each rating was given, by how long a card had been known."""
    lines = [f"{'':8}" + "".join(f"{rating.name.capitalize():>13}" for rating in Rating)]
    for maturity in Maturity:
        counts = statistics.answers.ratings[maturity]
        lines.append(f"{maturity:8}" + "".join(f"{share_of(count, sum(counts)):>13}" for count in counts))
    lines.append("Young: an interval below 21 days before the answer; mature: 21 days and more.")
    return Section("Ratings", tuple(lines))


def hours_section(statistics: Statistics) -> Section:
    """Return at which hour of the wall clock answers were given, and the share of due cards recalled."""
    hours = statistics.answers.hours
    if not any(hour.reviews for hour in hours):
        return Section("Time of day", ("No review in the last 365 days.",))
    shares = [f"{100 * (hour.recall.share or 0):.0f}" if hour.recall.is_enough else "·" for hour in hours]
    counts = [hour.reviews for hour in hours]
    lines = [
        *_with_scale(draw_columns(counts, COLUMN_HEIGHT, 2, 1), f"{max(counts):,}", HOUR_MARGIN),
        f"{'hour':{HOUR_MARGIN}}" + " ".join(f"{hour:02}" for hour in range(24)),
        f"{'%':{HOUR_MARGIN - 1}}" + "".join(f"{share:>3}" for share in shares),
        "Answers by the hour of your clock where you gave them; below, the percent of",
        f"due cards that you recalled, · where they are fewer than {ENOUGH_ANSWERS}.",
    ]
    return Section("Time of day", tuple(lines))


def recall_words(recall: Recall) -> str:
    """Return a share with what it is of, or that there is too little to tell."""
    if recall.share is None:
        return "no due card was asked"
    figures = f"{recall.recalled:,} of {recall.asked:,}"
    return f"{percent(recall.share)}  {figures}" if recall.is_enough else f"{figures}: {TOO_FEW}"


def percent(share: float) -> str:
    """Return a share in whole percent; 100 only where nothing is missing, 0 only where nothing is there."""
    if 0 < share < 1:
        return f"{min(99, max(1, round(100 * share)))} %"
    return f"{100 * share:.0f} %"


def duration(minutes: float) -> str:
    """Return minutes in the unit a person would use."""
    if minutes < 1:
        return "under a minute"
    return f"{minutes:.0f} min" if minutes < 120 else f"{minutes / 60:,.0f} h"


def share_of(count: int, total: int) -> str:
    """Return a count with its share of a total."""
    return f"{count:,} ({100 * count / total:.0f} %)" if total else "-"


def _recall_line(head: str, recall: Recall) -> str:
    bar = draw_bar(recall.share or 0.0, 1.0, 30) if recall.is_enough else ""
    return f"{head:>19}  {recall_words(recall):28}{bar}".rstrip()


def _axis(first: date) -> str:
    """Return the days below columns of two cells, one a week."""
    days = [first + timedelta(days=back) for back in range(0, SHOWN_DAYS, WEEK_DAYS)]
    return (" " * MARGIN + "".join(f"{day:%d %b}".ljust(2 * WEEK_DAYS) for day in days)).rstrip()


def _with_scale(lines: list[str], most: str, margin: int = MARGIN) -> list[str]:
    """Put the highest count beside the highest line, and 0 beside the lowest."""
    labels = [most, *[""] * (len(lines) - 2), "0"]
    return [f"{label:>{margin - 1}} {line}".rstrip() for label, line in zip(labels, lines, strict=True)]


def _heatmap(statistics: Statistics, width: int) -> list[str]:
    """Return a line a weekday and a column a week, months above; only the newest weeks where it is narrow."""
    days = statistics.days
    shades = shade_days([day.reviews for day in days])
    glyphs = {day.study_day: SHADES[shade] for day, shade in zip(days, shades, strict=True)}
    weeks = week_starts(days)[-max(1, width) :]
    lines = [f"     {_months(weeks)}"]
    for weekday, name in enumerate(WEEKDAYS):
        row = "".join(glyphs.get(week + timedelta(days=weekday), " ") for week in weeks)
        lines.append(f"{name:5}{row}".rstrip())
    return lines


def _months(weeks: Sequence[date]) -> str:
    line = ""
    for place, week in month_starts(weeks):
        if len(line) <= place:
            line = f"{line.ljust(place)}{week:%b} "
    return line.rstrip()
