"""Rows of separated text with the lines they start on; a row that cannot be read costs only itself."""

from __future__ import annotations

import csv
from collections.abc import Generator, Iterator
from dataclasses import dataclass

MAX_COLUMNS = 100
MOST_RESTARTS = 100
"""A file with more broken quotes than that is in another format."""


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row, or what is wrong with it; `line` is where it starts, from 1."""

    line: int
    cells: tuple[str, ...] = ()
    fault: str = ""


def split_line(line: str, separator: str) -> list[str]:
    """Return the cells of one line; what is no row is one cell."""
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return [line]


def read_rows(lines: list[str], separator: str, first: int = 0) -> Iterator[Row]:
    """Yield the rows of `lines` from the line `first` (from 0) on, without blank lines and comments.

    After a quote that is never closed reading goes on with the next line.
    """
    source = _Lines(lines, first)
    restarts = 0
    while restarts <= MOST_RESTARTS:
        reader = csv.reader(source, delimiter=separator, strict=True)
        is_done = yield from _rows_until_fault(reader, source)
        if is_done:
            return
        restarts += 1
        source.position = source.row_line
    yield Row(
        source.position + 1,
        fault=f"more than {MOST_RESTARTS} rows cannot be read, expected separated text: check the separator; "
        "the rest of the file was left out",
    )


def _rows_until_fault(reader: Iterator[list[str]], source: _Lines) -> Generator[Row, None, bool]:
    """Yield rows up to the first that cannot be read, and return whether there was none such."""
    while True:
        source.is_between_rows = True
        try:
            cells = next(reader)
        except StopIteration:
            return True
        except csv.Error as error:
            yield Row(source.row_line, fault=_sentence(str(error)))
            return False
        if len(cells) > MAX_COLUMNS:
            found = f"a row of {len(cells):,} columns, expected at most {MAX_COLUMNS}"
            yield Row(source.row_line, fault=f"{found}: check the separator")
        elif any(cell.strip() for cell in cells):
            yield Row(source.row_line, tuple(cells))


class _Lines(Iterator[str]):
    """The lines of a file, which says where the row that is being read starts."""

    def __init__(self, lines: list[str], first: int) -> None:
        self._lines = lines
        self.position = first
        self.is_between_rows = True
        self.row_line = first + 1

    def __next__(self) -> str:
        while self.position < len(self._lines):
            line = self._lines[self.position]
            self.position += 1
            if not self.is_between_rows:
                return line
            # A comment is one only where a row could start.
            if line.startswith("#") or line == "\n":
                continue
            self.is_between_rows = False
            self.row_line = self.position
            return line
        raise StopIteration


def _sentence(problem: str) -> str:
    if "unexpected end" in problem:
        return "a quote is opened and never closed, expected a closing one: add it"
    if "field limit" in problem:
        return "a field is longer than 131,072 characters, expected less: close its quote or shorten it"
    return (
        "text stands behind a closing quote, expected a separator: "
        'write a quote within quotes as "" and quotes around the whole field'
    )
