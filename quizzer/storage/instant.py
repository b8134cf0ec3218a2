"""Instants as the database keeps them: milliseconds since 1970 in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


def to_milliseconds(instant: datetime) -> int:
    """Return the stored form of an instant.

    Raises:
        ValueError: If it is naive.
    """
    if instant.tzinfo is None:
        raise ValueError(f"an instant must be aware of its zone, got {instant!r}")
    return (instant - EPOCH) // MILLISECOND


def from_milliseconds(milliseconds: int) -> datetime:
    """Return a stored instant, in UTC."""
    return EPOCH + milliseconds * MILLISECOND


def as_stored(instant: datetime) -> datetime:
    """Return what comes back of an instant that is stored: whole milliseconds, in UTC."""
    beyond = instant.microsecond % 1000
    if instant.tzinfo is not UTC:
        return from_milliseconds(to_milliseconds(instant))
    return instant - timedelta(microseconds=beyond) if beyond else instant
