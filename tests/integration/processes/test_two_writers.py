"""Two reviews at once on one database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from quizzer.services.review import MOVED_ON
from quizzer.storage.backup import check_integrity
from tests.integration.processes.database import answered_keys, assert_sound, rows
from tests.integration.processes.forks import read_log
from tests.integration.processes.shell import (
    PROMPT_RATING,
    PROMPT_REVEAL,
    PlainReview,
    WriteNotes,
    check_manners,
    run,
)

ANSWERS_EACH = 200
RATED = "SELECT key, rating FROM live_reviews r JOIN cards c ON c.id = r.card_id ORDER BY sequence"


def test_two_reviews_at_once_write_every_answer_once(write_notes: WriteNotes) -> None:
    """Two processes that answer the same cards at the same time lose no answer and double none."""
    keys = write_notes(500)
    with PlainReview() as one, PlainReview() as other:
        # Both show the first card before either answers, so that they are bound to meet.
        first_cards = [process.expect(PROMPT_REVEAL) for process in (one, other)]
        with ThreadPoolExecutor(2) as threads:
            too_late = list(threads.map(_write_answers, (one, other)))
        codes = [one.end(), other.end()]

    assert first_cards[0] == first_cards[1]
    assert codes == [0, 0]
    assert sum(too_late) >= 1
    for process in (one, other):
        check_manners(process.output)
        assert "database" not in process.output
    assert rows("SELECT count(*) FROM live_reviews") == [(2 * ANSWERS_EACH,)]
    assert rows("SELECT card_id, number FROM reviews GROUP BY card_id, number HAVING count(*) > 1") == []
    assert rows("SELECT sequence FROM reviews GROUP BY sequence HAVING count(*) > 1") == []
    answered_twice = "GROUP BY card_id, study_day HAVING count(*) > 1"
    assert rows(f"SELECT card_id FROM live_reviews WHERE kind = 'scheduled' {answered_twice}") == []
    assert sorted(answered_keys()) == sorted(keys[: 2 * ANSWERS_EACH])
    assert_sound()


def _write_answers(process: PlainReview) -> int:
    """Answer until enough answers were written, quit, and return how many came too late."""
    written = too_late = 0
    while written < ANSWERS_EACH:
        if MOVED_ON in process.answer():
            too_late += 1
        else:
            written += 1
    process.send("q\n")
    return too_late


@pytest.mark.parametrize("early_step", ["\n4\n", "s\n"])
def test_an_answer_to_a_card_that_has_moved_on_is_not_written(
    write_notes: WriteNotes, early_step: str
) -> None:
    """An answer to a card that another process has taken meanwhile is refused, said so, and goes on."""
    keys = write_notes(5)
    with PlainReview() as late, PlainReview() as early:
        late.expect(PROMPT_REVEAL)
        late.send("\n")
        late.expect(PROMPT_RATING)
        early.expect(PROMPT_REVEAL)
        early.send(early_step)
        early.expect(PROMPT_REVEAL)
        late.send("1\n")
        told = late.expect(PROMPT_REVEAL)
        late.answer("3")

    assert told.splitlines()[0] == MOVED_ON
    assert late.asked[:2] == keys[:2]
    early_row = [("n1", 4)] if "4" in early_step else []
    assert rows(RATED) == [*early_row, ("n2", 3)]
    assert_sound()


def test_processes_that_start_together_make_one_backup(answered: Path) -> None:
    """Of four first writes of a day one makes the backup, and none is disturbed."""
    backups = answered.parent / "backups"
    for path in backups.glob("daily-*"):
        path.unlink()
    with ThreadPoolExecutor(4) as threads:
        outcomes = list(threads.map(lambda _: run("review", "--plain", answers="\n3\n"), range(4)))

    assert [(outcome.code, outcome.err) for outcome in outcomes] == [(0, "")] * 4
    (backup,) = backups.iterdir()
    check_integrity(backup)
    assert 2 <= len(read_log(backup)) < len(read_log(answered))
    assert_sound()


def test_a_card_that_has_moved_on_is_not_set_aside(write_notes: WriteNotes) -> None:
    """Suspend and bury of a card that another process has answered meanwhile are refused and said so."""
    write_notes(5)
    with PlainReview() as late, PlainReview() as early:
        late.expect(PROMPT_REVEAL)
        early.expect(PROMPT_REVEAL)
        for command in ("s", "b"):
            early.answer("3")
            late.send(f"{command}\n")
            told = late.expect(PROMPT_REVEAL)
            assert told.splitlines()[0] == MOVED_ON
            assert "Suspended" not in told
            assert "Buried" not in told

    assert rows(RATED) == [("n1", 3), ("n2", 3)]
    assert rows("SELECT * FROM card_events") == []
