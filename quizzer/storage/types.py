"""Column types that keep what SQLite would lose: the zone of an instant, the digits of a large integer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Dialect
from sqlalchemy.types import TypeDecorator, UserDefinedType

from quizzer.storage.instant import from_milliseconds, to_milliseconds

LARGEST_STORED = 2**63 - 1


def to_stored(number: int) -> int | str:
    """Return the integer itself, or its digits where it is larger than SQLite's."""
    return number if number <= LARGEST_STORED else str(number)


class Instant(TypeDecorator[datetime]):
    """An aware datetime as milliseconds since 1970 in UTC; a naive one is refused."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Return the stored milliseconds."""
        return None if value is None else to_milliseconds(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Return the instant in UTC."""
        return None if value is None else from_milliseconds(value)


class _NoAffinity(UserDefinedType[Any]):
    """A column whose values SQLite leaves as they come: integers as integers, text as text."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """Return the type name that has no affinity."""
        return "BLOB"


class WholeNumber(TypeDecorator[int]):
    """An integer of any size; one beyond 64 bits is stored as its digits.

    SQLite sorts text after integers, so `> n` holds for the large ones too.
    """

    impl = _NoAffinity
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int | str | None:
        """Return the integer itself or its digits."""
        return None if value is None else to_stored(value)

    def process_result_value(self, value: int | str | None, dialect: Dialect) -> int | None:
        """Return the integer."""
        return None if value is None else int(value)
