"""Intervals as a learner reads them."""

from __future__ import annotations

DAYS_A_MONTH = 30.4375
DAYS_A_YEAR = 365.25


def format_wait(wait_s: int) -> str:
    """Return a wait within learning steps in the unit a person would use: `45 s`, `10 min`, `4 h`."""
    if wait_s < 60:
        return f"{wait_s} s"
    return f"{round(wait_s / 60)} min" if wait_s < 7200 else f"{round(wait_s / 3600)} h"


def format_interval(interval_days: int) -> str:
    """Return an interval in the unit a person would use: `6 d`, `1.5 mo`, `2.3 y`, `>100 y`."""
    if interval_days < 31:
        return f"{interval_days} d"
    if interval_days < DAYS_A_YEAR:
        return f"{interval_days / DAYS_A_MONTH:.1f} mo"
    if interval_days > 100 * DAYS_A_YEAR:
        return ">100 y"
    return f"{interval_days / DAYS_A_YEAR:.1f} y"
