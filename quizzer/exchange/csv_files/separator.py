"""Finding out which character parts the columns of a file that does not say."""

from __future__ import annotations

from collections import Counter

from quizzer.exchange.csv_files.rows import split_line

CANDIDATES = ("\t", ",", ";", "|")
SAMPLE_ROWS = 50


def find_separator(lines: list[str], first: int) -> str:
    """Return the separator that parts most of the first lines into equally many columns, at least two.

    Where nothing parts them it is the first candidate: a file may have one column.
    """
    sample = [line for line in lines[first : first + 4 * SAMPLE_ROWS] if line.strip() and line[0] != "#"]
    scores = {separator: _score(sample[:SAMPLE_ROWS], separator) for separator in CANDIDATES}
    return max(CANDIDATES, key=lambda separator: scores[separator])


def _score(sample: list[str], separator: str) -> float:
    # A quoted cell of several lines makes lines of other lengths; most lines count.
    counts = Counter(len(split_line(line, separator)) for line in sample)
    del counts[1]
    return max(counts.values(), default=0) / max(len(sample), 1)
