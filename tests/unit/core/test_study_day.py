from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzer.core.study_day import study_day

ZONES = [
    "UTC", "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Asia/Kolkata", "Asia/Tokyo",
    "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Kiritimati", "Africa/Casablanca", "Asia/Beirut",
]  # fmt: skip


@pytest.mark.parametrize(
    ("instant", "zone", "rollover_hour", "expected"),
    [
        ("2026-03-02T03:59:59+00:00", "UTC", 4, "2026-03-01"),
        ("2026-03-02T04:00:00+00:00", "UTC", 4, "2026-03-02"),
        ("2026-03-02T00:00:00+00:00", "UTC", 0, "2026-03-02"),
        ("2026-03-02T22:59:59+00:00", "UTC", 23, "2026-03-01"),
        # Berlin, 29 March 2026: 02:00 becomes 03:00, so 01:30 UTC is 03:30.
        ("2026-03-29T00:59:59+00:00", "Europe/Berlin", 2, "2026-03-28"),
        ("2026-03-29T01:00:00+00:00", "Europe/Berlin", 2, "2026-03-29"),
        ("2026-03-29T01:30:00+00:00", "Europe/Berlin", 4, "2026-03-28"),
        ("2026-03-29T02:00:00+00:00", "Europe/Berlin", 4, "2026-03-29"),
        # Berlin, 25 October 2026: 02:30 comes twice, at 00:30 and 01:30 UTC.
        ("2026-10-25T00:30:00+00:00", "Europe/Berlin", 2, "2026-10-25"),
        ("2026-10-25T01:30:00+00:00", "Europe/Berlin", 2, "2026-10-25"),
        ("2026-10-25T01:30:00+00:00", "Europe/Berlin", 3, "2026-10-24"),
        ("2026-10-25T02:00:00+00:00", "Europe/Berlin", 3, "2026-10-25"),
        # The same instant on either side of the date line.
        ("2026-03-02T12:00:00+00:00", "Pacific/Kiritimati", 4, "2026-03-02"),
        ("2026-03-02T14:30:00+00:00", "Pacific/Kiritimati", 4, "2026-03-03"),
        ("2026-03-02T14:30:00+00:00", "Pacific/Niue", 4, "2026-03-01"),
    ],
)
def test_known_instants(instant: str, zone: str, rollover_hour: int, expected: str) -> None:
    """The wall clock of the zone decides at which instant a study day starts."""
    found = study_day(datetime.fromisoformat(instant), ZoneInfo(zone), rollover_hour)
    assert found == date.fromisoformat(expected)


@given(
    start=st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),
    zone=st.sampled_from(ZONES),
    rollover_hour=st.integers(0, 23),
)
def test_days_follow_each_other(start: datetime, zone: str, rollover_hour: int) -> None:
    """Over two days, whatever the clock does, no study day comes back and none is left out."""
    hours = [start + timedelta(minutes=15 * quarter) for quarter in range(4 * 48)]
    days = [study_day(instant, ZoneInfo(zone), rollover_hour) for instant in hours]
    steps = {(later - earlier).days for earlier, later in pairwise(days)}
    assert steps <= {0, 1}
    assert 1 in steps


def test_a_naive_instant_is_refused() -> None:
    """An instant without a zone is an error of the caller."""
    with pytest.raises(ValueError, match="aware"):
        study_day(datetime(2026, 3, 2, 12), UTC, 4)


@pytest.mark.parametrize("hour", [-1, 24])
def test_a_rollover_hour_outside_the_day_is_refused(hour: int) -> None:
    """Rollover hours are 0 to 23."""
    with pytest.raises(ValueError, match=f"got {hour}"):
        study_day(datetime(2026, 3, 2, tzinfo=UTC), UTC, hour)
