from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path

import pytest

from quizzer.errors import UsageError
from quizzer.fsrs.log_file import DayRule, read_log

REVIEW_LOG = Path(__file__).parents[2] / "data" / "review_log.csv"
HEADER = "card_id,review_rating,review_time,review_duration\n"
GOOD_LINE = "7,3,2026-03-02T09:00:00+00:00,1200\n"


def read(folder: Path, text: str, rule: DayRule = DayRule.ELAPSED) -> list[tuple[int, int, int]]:
    """Return (rating, gap, order) of each review of a file with this text."""
    path = folder / "log.csv"
    path.write_bytes(text.encode())
    table = read_log(path, rule)
    return list(zip(table.rating.tolist(), table.gap_days.tolist(), table.order.tolist(), strict=True))


@pytest.mark.parametrize("rule", list(DayRule))
def test_the_real_log_is_read_whole(rule: DayRule) -> None:
    """12,580 reviews of 1,205 cards, with the gaps that a plain loop over dates and times finds."""
    histories: dict[int, list[datetime]] = {}
    with REVIEW_LOG.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            histories.setdefault(int(row["card_id"]), []).append(datetime.fromisoformat(row["review_time"]))
    gaps = []
    for moments in histories.values():
        moments.sort()
        for before, after in zip([moments[0], *moments], moments, strict=False):
            days = after - before if rule is DayRule.ELAPSED else after.date() - before.date()
            gaps.append(days.days)
    table = read_log(REVIEW_LOG, rule)
    assert (len(table), len(table.lengths)) == (12_580, 1205)
    assert table.gap_days.tolist() == gaps


def test_the_two_rules_differ_at_midnight(tmp_path: Path) -> None:
    """An hour across midnight in UTC is a day by dates and none by hours; 47 hours are two and one."""
    text = HEADER + "7,3,2026-03-02T23:30:00Z,1\n7,3,2026-03-03T00:30:00Z,1\n7,3,2026-03-04T23:30:00Z,1\n"
    assert [gap for _, gap, _ in read(tmp_path, text)] == [0, 0, 1]
    assert [gap for _, gap, _ in read(tmp_path, text, DayRule.MIDNIGHT)] == [0, 1, 1]


def test_offsets_are_read(tmp_path: Path) -> None:
    """The same instant in three spellings is the same order, in µs since 1970."""
    text = (
        HEADER
        + "a,1,1970-01-01T00:00:01Z,1\nb,2,1970-01-01T02:00:01+02:00,1\nc,4,1970-01-01T00:00:01.0+00:00,1\n"
    )
    assert read(tmp_path, text) == [(1, 0, 1_000_000), (2, 0, 1_000_000), (4, 0, 1_000_000)]


def test_other_columns_blank_lines_and_a_byte_order_mark_do_no_harm(tmp_path: Path) -> None:
    """Columns are found by name, ids may be text, a duration is not asked for."""
    text = "\ufeffcard_id,deck, review_time ,review_rating\r\n\r\nfront/back,x,2026-03-02T09:00:00Z, 3\r\n"
    assert [row[0] for row in read(tmp_path, text)] == [3]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", ":1: the column card_id is missing"),
        ("card_id,review_time\n", ":1: the column review_rating is missing"),
        (HEADER, ":2: no review was found"),
        (
            HEADER + GOOD_LINE + "7,5,2026-03-02T09:00:00Z,1\n",
            ":3: the rating '5' was found, a number from 1",
        ),
        (HEADER + f"7,{'9' * 5000},,1\n", f":2: the rating '{'9' * 39}…' was found, a number"),
        (HEADER + f"7,1,{'9' * 5000},1\n", f":2: the time '{'9' * 39}…' was found, one like"),
        (HEADER + "7,,2026-03-02T09:00:00Z,1\n", ":2: the rating '' was found"),
        (HEADER + "7,3,yesterday,1\n", ":2: the time 'yesterday' was found, one like 2026-"),
        (HEADER + "7,3,2026-03-02T09:00:00,1\n", ":2: the time '2026-03-02T09:00:00' was found"),
        (HEADER + GOOD_LINE + "\n7,3\n", ":4: 2 columns were found, 3 were expected"),
        (HEADER + '"' + "x" * 200_000 + '",3,2026-03-02T09:00:00Z,1\n', ":2: the line is no CSV"),
    ],
)
def test_a_fault_is_one_sentence_with_its_line(tmp_path: Path, text: str, sentence: str) -> None:
    """What was found and what was expected, at `path:line`."""
    with pytest.raises(UsageError) as caught:
        read(tmp_path, text)
    assert str(caught.value).startswith(f"{tmp_path / 'log.csv'}{sentence}")
    assert str(caught.value).endswith((".", "again."))


def test_what_is_no_readable_file_is_refused(tmp_path: Path) -> None:
    """A missing file, a folder and bytes that are no UTF-8 are told apart."""
    (tmp_path / "latin.csv").write_bytes(HEADER.encode() + b"\xe9,3,2026-03-02T09:00:00Z,1\n")
    for name, found in [("none.csv", "No such file"), ("", "Is a directory"), ("latin.csv", "is not UTF-8")]:
        with pytest.raises(UsageError, match=found):
            read_log(tmp_path / name, DayRule.ELAPSED)
