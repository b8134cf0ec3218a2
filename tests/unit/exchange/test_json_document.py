"""The JSON document: what it looks like, what its schema says, and what is told of one that is none."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzer.core.deck import Deck
from quizzer.core.memory import CardState, FsrsMemory, Sm2Memory
from quizzer.core.note import Note, NoteKind
from quizzer.core.rating import Rating
from quizzer.core.review import CardEvent, EventKind, LogEntry, Review, ReviewKind
from quizzer.core.scheduler_choice import SchedulerChoice, SchedulerName
from quizzer.errors import UsageError
from quizzer.exchange.incoming import IncomingDeck
from quizzer.exchange.json.document import document_schema
from quizzer.exchange.json.reader import read_document
from quizzer.exchange.json.writer import placement_of, write_document
from tests.json_schema import find_fault
from tests.made_notes import ids, lines, notes

ROOT = Path(__file__).parents[3]
SCHEMA = ROOT / "docs" / "json.schema.json"
GOLDEN = Path(__file__).parent / "data" / "export.json"
NOW = datetime(2026, 3, 2, 9, 0, 0, 123_000, tzinfo=UTC)
DAY = date(2026, 3, 2)


def example() -> bytes:
    """Return a document with one of everything."""
    deck = Deck(
        "words",
        "Words: Ä",
        "words.yaml",
        (
            Note("x1", NoteKind.BASIC, "Q\nq", "A", reverse=True, tags=("a",)),
            Note("x2", NoteKind.CLOZE, "{{c1::a}} b", original="abc"),
        ),
        description="What.",
    )
    state = CardState(Sm2Memory(250, 3, 2**60), due_on=DAY)
    log: list[LogEntry] = [
        Review(1, 1, 4, ReviewKind.SCHEDULED, Rating.GOOD, 4, NOW, "UTC", DAY, 900, "sm2", 2**60),
        CardEvent(1, 5, EventKind.PULL, NOW, "UTC", DAY, '{"kata": "k", "misconception": "m"}'),
        CardEvent(1, 6, EventKind.FLAG, NOW, "UTC", DAY, '{"step": 6}'),
    ]
    placed = CardEvent(2, 8, EventKind.PLACE, NOW, "UTC", DAY, '{"due_on": "2026-03-02", "interval_days": 3}')
    fsrs = CardState(FsrsMemory(2.5, 5.25, 3), due_on=DAY)
    change = CardEvent(None, 7, EventKind.RESCHEDULE, NOW, "UTC", DAY)
    choice = SchedulerChoice(SchedulerName.FSRS, 0.85, has_fuzz=False)
    pieces = write_document(
        NOW, [deck], {"x2"}, [(change, choice)], [("x1", state, log), ("kata/k", fsrs, [placed])]
    )
    return b"".join(pieces)


def test_the_document_is_as_it_was() -> None:
    """Files that were written once can be read for ever: the layout is fixed."""
    assert example().decode() == GOLDEN.read_text(encoding="utf-8")


def test_the_schema_in_the_docs_is_that_of_the_types() -> None:
    """The published schema follows from what is read and written."""
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == document_schema()


def test_the_schema_holds_for_what_is_written_and_not_for_else() -> None:
    """A document of ours fits the published schema; one with a wrong rating or a missing field does not."""
    schema, found = json.loads(SCHEMA.read_text(encoding="utf-8")), json.loads(example())
    assert find_fault(found, schema) is None
    review = found["history"]["cards"][0]["reviews"][0]
    review["rating"] = "fine"
    assert find_fault(found, schema) is not None
    review["rating"] = "good"
    del review["at"]
    assert find_fault(found, schema) is not None


def test_what_was_written_is_read() -> None:
    """Notes, decks, reviews, events, placements and changes of the scheduler come back."""
    incoming = read_document(example(), "e.json")
    assert incoming.decks == (IncomingDeck(("words",), "words", "Words: Ä", "What."),)
    first, second = incoming.notes
    assert (first.note.question, first.note.reverse, first.is_shipped, second.is_shipped) == ("Q\nq", 1, 0, 1)
    (card,) = first.cards
    assert [(r.order, r.interval_days, r.reviewed_at, r.study_day) for r in card.reviews] == [
        (4, 2**60, NOW, DAY)
    ]
    assert [(event.order, event.kind) for event in card.events] == [(5, EventKind.PULL), (6, EventKind.FLAG)]
    assert card.placement is not None
    assert (card.placement.ease_factor, card.placement.interval_days) == (250, 2**60)
    assert list(incoming.loose) == ["kata/k"]
    (change,) = incoming.reschedules
    assert (change.order, change.choice) == (7, SchedulerChoice(SchedulerName.FSRS, 0.85, has_fuzz=False))


@given(st.lists(notes(), unique_by=lambda note: note.id, max_size=5), ids(), lines())
def test_every_note_survives(several: list[Note], deck_id: str, title: str) -> None:
    """Notes of every kind with every text are read as they were written."""
    deck = Deck(deck_id, title, "", tuple(several))
    incoming = read_document(b"".join(write_document(NOW, [deck], (), (), ())), "e.json")
    assert [found.note for found in incoming.notes] == several


def test_a_card_within_learning_steps_has_no_state() -> None:
    """Its steps follow from the log, and a placement would end them."""
    state = CardState(FsrsMemory(1.0, 5.0, 0, step=0), due_on=DAY, due_at=NOW)
    assert placement_of(state) is None


def changed(path: list[Any], value: object) -> bytes:
    """Return the example with another value somewhere."""
    found = json.loads(example())
    *way, last = path
    place = found
    for step in way:
        place = place[step]
    place[last] = value
    return json.dumps(found).encode()


REVIEW = ["history", "cards", 0, "reviews", 0]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", r"e.json.*truncated"),
        (b'{"format":\n  oops}', r"e.json:2:3: JSON is malformed"),
        (b"[" * 100_000, r"e.json: "),
        (b'{"a": ' + b"[" * 100_000, r"e.json: "),
        (b"\xff\xfe", r"e.json"),
        (b"[]", r"expected `object`"),
        (b"{}", r"'format' is missing, expected 'quizzer'"),
        (b'{"format": "anki"}', r"'format' is 'anki'"),
        (changed(["decks", 0, "notes", 1, "cloze"], 5), r"decks\[0\]\.notes\[1\]\.cloze: expected `str`"),
        (changed(["decks", 0, "id"], "../up"), r"decks\[0\]\.id: expected `str` matching"),
        (
            changed([*REVIEW, "rating"], "fine"),
            r"cards\[0\]\.reviews\[0\]\.rating: invalid enum value 'fine'",
        ),
        (
            changed([*REVIEW, "at"], "2026-03-02T09:00:00"),
            r"reviews\[0\]\.at: expected `datetime` with a tim",
        ),
        (changed([*REVIEW, "interval_days"], -1), r"interval_days"),
        (changed(["history", "cards", 0, "key"], "a\nb"), r"cards\[0\]\.key"),
        (changed(["history", "cards", 1, "events", 0, "placement"], None), r"'place' without placement"),
    ],
)
def test_what_is_no_document_is_told_with_its_place(data: bytes, message: str) -> None:
    """Every fault is a sentence with line and column, or the path in the document."""
    with pytest.raises(UsageError) as caught:
        read_document(data, "e.json")
    assert re.search(message, str(caught.value)), str(caught.value)


def test_a_mark_of_the_byte_order_is_passed_over() -> None:
    """An editor that writes one does not make the document another."""
    assert read_document(b"\xef\xbb\xbf" + example(), "x.json") == read_document(example(), "x.json")


def test_a_later_version_is_read() -> None:
    """Later versions only add fields: those are left aside."""
    found = json.loads(example())
    found |= {"version": 7, "colours": [1, {"a": []}]}
    found["decks"][0]["notes"][0]["mood"] = "fine"
    assert len(read_document(json.dumps(found).encode(), "e.json").notes) == 2


def test_a_note_of_two_kinds_is_refused_alone() -> None:
    """Which of both was meant nobody knows; the others come in."""
    incoming = read_document(changed(["decks", 0, "notes", 1, "q"], "Q"), "e.json")
    (refused,) = incoming.refused
    assert (refused.where, len(incoming.notes)) == ("e.json: decks[0].notes[1]", 1)
