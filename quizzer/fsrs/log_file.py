"""Reads a review log of the form card_id,review_rating,review_time,... (CSV, with a header)."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import TextIO

import numpy as np

from quizzer.errors import UsageError
from quizzer.fsrs.review_table import DAY_US, ReviewTable

COLUMNS = ("card_id", "review_rating", "review_time")
LONGEST_QUOTED = 40
_RATINGS = {"1": 1, "2": 2, "3": 3, "4": 4}
_ROW = np.dtype([("card", np.int64), ("rating", np.int8), ("instant_us", np.int64)])


class DayRule(Enum):
    """How days between two instants are counted."""

    ELAPSED = "elapsed"  # whole 24 hours, as the optimiser of py-fsrs counts
    MIDNIGHT = "midnight"  # the difference of the dates in UTC


def read_log(path: Path, rule: DayRule) -> ReviewTable:
    """Return the reviews of a CSV file; their order is the time in µs since 1970.

    The columns `COLUMNS` may stand anywhere among others. A card's id is any text; the time is of ISO
    8601 with an offset or Z.

    Raises:
        UsageError: If the file cannot be read, has no reviews, or a line is not as described.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = np.fromiter(_rows(path, file), dtype=_ROW)
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read ({error.strerror}). A review log in CSV was expected; check the path."
        ) from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8. Save it as CSV in UTF-8.") from error
    if not len(rows):
        raise UsageError(f"{path}:2: no review was found; a row for each review was expected.")
    card, rating, instant_us = rows["card"], rows["rating"], rows["instant_us"]
    if rule is DayRule.ELAPSED:
        return ReviewTable.from_instants(card, rating, instant_us)
    return ReviewTable.from_columns(card, rating, instant_us // DAY_US, instant_us)


def _rows(path: Path, file: TextIO) -> Iterator[tuple[int, int, int]]:
    reader = csv.reader(file)
    numbers: dict[str, int] = {}  # of cards, by their ids
    try:
        card_column, rating_column, time_column = _places(path, next(reader, []))
        width = max(card_column, rating_column, time_column) + 1
        for row in reader:
            if not row:
                continue
            if len(row) < width:
                raise _fault(path, reader.line_num, f"{len(row)} columns were found, {width} were expected")
            rating = _RATINGS.get(row[rating_column].strip())
            if rating is None:
                found = (
                    f"the rating {_quoted(row[rating_column])} was found, a number from 1 to 4 was expected"
                )
                raise _fault(path, reader.line_num, found)
            instant_us = _instant_us(row[time_column])
            if instant_us is None:
                found = f"the time {_quoted(row[time_column])} was found"
                expected = "one like 2026-03-02T09:00:00Z was expected"
                raise _fault(path, reader.line_num, f"{found}, {expected}")
            yield numbers.setdefault(row[card_column], len(numbers)), rating, instant_us
    except csv.Error as error:
        raise _fault(path, reader.line_num, f"the line is no CSV ({error})") from error


def _places(path: Path, header: list[str]) -> list[int]:
    names = [name.strip() for name in header]
    for column in COLUMNS:
        if column not in names:
            raise _fault(path, 1, f"the column {column} is missing; {', '.join(COLUMNS)} were expected")
    return [names.index(column) for column in COLUMNS]


def _instant_us(text: str) -> int | None:
    try:
        moment = datetime.fromisoformat(text.strip())
        return round(moment.timestamp() * 1e6) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _quoted(text: str) -> str:
    return repr(text if len(text) <= LONGEST_QUOTED else f"{text[: LONGEST_QUOTED - 1]}…")


def _fault(path: Path, line: int, found: str) -> UsageError:
    return UsageError(f"{path}:{line}: {found}. Correct the line and try again.")
