from __future__ import annotations

import hashlib
import re
from dataclasses import replace

import pytest

from quizzer.core.deck import Deck
from quizzer.core.note import Accept, Checked, Choices, Level, Note, NoteKind, Source
from quizzer.exchange.anki.embedding import read_embedded
from quizzer.exchange.anki.models import (
    CHANGED_AT_S,
    CLOZE,
    CLOZE_FIELDS,
    EMBEDDED,
    QUESTION,
    QUESTION_FIELDS,
    read_style,
)
from quizzer.exchange.anki.notes import AnkiNote, to_anki_decks, to_anki_notes

FULL = Note(
    "full",
    NoteKind.BASIC,
    "Q",
    "A",
    level=Level.MID,
    topics=("known", "unknown"),
    tags=("two words", "e\u0301"),
    points=("p",),
    pitfall="x",
    source=Source("S <1>", Checked.OPENED),
    kata="flash-attention",
)


def test_note_types_are_what_they_were_in_the_first_version() -> None:
    """Ids, names and fields stand in learners' collections and never change."""
    assert (QUESTION.id, CLOZE.id) == (1_763_400_511_001, 1_763_400_511_002)
    assert (QUESTION.name, CLOZE.name) == ("quizzer question", "quizzer cloze")
    assert [each.name for each in (*QUESTION.templates, *CLOZE.templates)] == ["Question", "Reverse", "Cloze"]
    shared = "Points Pitfall Source Level Topics Kata Spare_1 Spare_2 Spare_3 Spare_4 Spare_5 Spare_6"
    names = [name.replace(" ", "_") for name in QUESTION_FIELDS]
    assert " ".join(names) == f"Id Front Back Reverse Choices Typed Unit {shared}"
    assert " ".join(name.replace(" ", "_") for name in CLOZE_FIELDS) == f"Id Text Back {shared}"


def test_changed_templates_have_a_later_date() -> None:
    """Whoever changes templates or style sets CHANGED_AT_S to now, or Anki takes neither, and this digest."""
    parts = [
        read_style(),
        *(text for kind in (QUESTION, CLOZE) for t in kind.templates for text in (t.question, t.answer)),
    ]
    digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()
    assert (CHANGED_AT_S, digest[:16]) == (1_795_305_600, "3cb4c7608eca9883")


def test_the_style_has_every_colour_for_day_and_night() -> None:
    """What is set for the day is set for the night, under both names that clients have for it."""
    (_, day), (selectors, night) = re.findall(r"([^{}]*)\{([^{}]*--quizzer-page:[^{}]*)\}", read_style())
    names = re.findall(r"(--[\w-]+):", day)
    assert len(names) > 10
    assert re.findall(r"(--[\w-]+):", night) == names
    assert {".card.nightMode", ".card.night_mode"} <= set(re.split(r",?\s+", selectors))


def test_a_note_carries_all_that_it_has() -> None:
    """Each field holds its part as HTML; what the note has not is empty."""
    fields = fields_of(FULL)
    assert fields["Id"] == "full"
    assert fields["Front"] == "<p>Q</p>"
    assert fields["Points"] == "<ul><li>p</li></ul>"
    assert fields["Source"] == "S &lt;1&gt; (opened)"
    assert fields["Level"] == "mid"
    assert fields["Topics"] == "A &lt;title&gt; · unknown"
    assert fields["Kata"] == "flash-attention"
    assert {name for name, value in fields.items() if not value} == {
        "Reverse", "Choices", "Typed", "Unit", *(f"Spare {number}" for number in range(2, 7))
    }  # fmt: skip


def test_level_topics_and_tags_are_tags() -> None:
    """Spaces would part a tag, so they become hyphens; letters are composed as Anki has them."""
    assert anki_note(FULL).tags == (
        "deck-tag",
        "level::mid",
        "topic::known",
        "topic::unknown",
        "two-words",
        "\u00e9",
    )


@pytest.mark.parametrize(
    "changed",
    [
        {"question": "Q2"},
        {"answer": "A2"},
        {"pitfall": ""},
        {"points": ("p", "q")},
        {"level": Level.SENIOR},
        {"tags": ()},
        {"source": None},
        {"reverse": True},
        {"topics": ()},
        {"kind": NoteKind.CHOICES, "choices": Choices("r", ("w",))},
        {"kind": NoteKind.ACCEPT, "accept": Accept(number="1", unit="s")},
    ],
)
def test_every_part_of_a_note_is_in_its_hash(changed: dict[str, object]) -> None:
    """A note that shows anything else has another hash, one that has only moved in its file the same."""
    before = anki_note(FULL).content_hash
    assert anki_note(replace(FULL, **changed)).content_hash != before  # type: ignore[arg-type]
    assert anki_note(replace(FULL, line=99)).content_hash == before


def test_choices_stand_in_an_order_that_edits_of_others_keep() -> None:
    """The order follows from each choice and the note, so the right one is not always first."""
    letters = set()
    for number in range(20):
        note = Note(f"n{number}", NoteKind.CHOICES, "q", choices=Choices("right", ("a", "b", "c")))
        listed = re.findall("<li>(.*?)</li>", fields_of(note)["Choices"])
        edited = replace(note, choices=Choices("right", ("a", "b", "new")))
        again = re.findall("<li>(.*?)</li>", fields_of(edited)["Choices"])
        assert [text for text in again if text != "new"] == [text for text in listed if text != "c"]
        letters.add(listed.index("right"))
    assert letters == {0, 1, 2, 3}


def test_control_characters_end_with_us() -> None:
    """Neither the separator of Anki's fields nor an escape of a terminal gets into a field or a tag."""
    dirty = "a\x1f\x1b[31mb\u202ec\x00"
    note = replace(
        FULL,
        question=dirty,
        answer=f"{{{{c1::{dirty}}}}}",
        tags=(dirty, " "),
        points=(dirty,),
        source=Source(dirty),
        kind=NoteKind.ACCEPT,
        accept=Accept(texts=(dirty, dirty)),
    )
    for each in (note, replace(note, kind=NoteKind.CLOZE, question=f"{{{{c1::{dirty}::{dirty}}}}}")):
        exported = anki_note(each)
        assert not re.search("[\x00-\x08\x0b-\x1f\u202e]", "".join((*exported.fields, *exported.tags)))
        assert all(tag and " " not in tag for tag in exported.tags)


def test_cards_follow_from_faces() -> None:
    """The numbers of a cloze and the second direction choose Anki's templates."""
    cloze = Note("c", NoteKind.CLOZE, "{{c2::a}} {{c5::b}}")
    assert anki_note(cloze).ordinals == (1, 4)
    assert anki_note(replace(FULL, reverse=True)).ordinals == (0, 1)
    assert anki_note(FULL).ordinals == (0,)


def test_a_deck_brings_its_description() -> None:
    """Title and description are cleaned and escaped."""
    (deck,) = to_anki_decks([Deck("d", "A \x07<b>", "", (), "For **all** <x>")])
    assert (deck.name, deck.description) == ("quizzer::A <b>", "<p>For <strong>all</strong> &lt;x&gt;</p>")


def anki_note(note: Note) -> AnkiNote:
    """Return the note as it is exported from a deck of its own."""
    deck = Deck("deck", "Deck", "", (note,), tags=("deck tag",))
    (exported,) = to_anki_notes([deck], {"known": "A <title>"}, [note.id])
    return exported


def fields_of(note: Note) -> dict[str, str]:
    """Return the fields of the exported note by name."""
    exported = anki_note(note)
    return dict(zip(CLOZE_FIELDS if exported.is_cloze else QUESTION_FIELDS, exported.fields, strict=True))


def test_a_note_goes_along_whole_in_a_field_that_nobody_sees() -> None:
    """The field gives the note back, as it was written, and neither template shows it."""
    assert read_embedded(fields_of(FULL)[EMBEDDED]) == FULL
    templates = (*QUESTION.templates, *CLOZE.templates)
    assert not any(EMBEDDED in text for each in templates for text in (each.question, each.answer))
