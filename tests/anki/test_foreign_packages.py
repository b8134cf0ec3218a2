"""What the official client exports, read."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from quizzer.core.note import Accept, NoteKind
from quizzer.core.review import ReviewKind
from quizzer.core.study_day import study_day
from quizzer.exchange.anki.reading.foreign_notes import foreign_id
from quizzer.exchange.anki.reading.reader import ReadOptions, read_package
from quizzer.exchange.incoming import Incoming, IncomingCard, IncomingNote, LeftOut
from quizzer.markup.from_html import plain_from_html
from tests.anki.packages import PICTURE, Maker, fill

FORMATS: dict[str, Callable[[Maker], Path]] = {
    "new": lambda maker: maker.export("new.apkg", legacy=False),
    "old": lambda maker: maker.export("old.apkg", legacy=True),
    "new collection": lambda maker: maker.export_whole("new.colpkg", legacy=False),
    "old collection": lambda maker: maker.export_whole("old.colpkg", legacy=True),
}


@pytest.mark.parametrize("form", FORMATS)
def test_every_kind_of_note_comes_in_from_every_format(maker: Maker, form: str) -> None:
    """Questions in one and both directions, typed answers and clozes, with decks, tags, math and media."""
    fill(maker)
    incoming = read_package(FORMATS[form](maker))

    assert incoming.refused == ()
    first, second, third, fourth, fifth = (each.note for each in incoming.notes)
    assert (first.kind, first.question, first.tags) == (NoteKind.BASIC, "Front **x**", ("a::b", "c"))
    assert first.answer == "![](<media/a b.png>)![](media/x.mp3)"
    assert (second.answer, second.reverse) == ("$\\sqrt{x}$\n\n- a\n- b", True)
    assert third.reverse
    assert (fourth.question, fourth.accept) == ("Q3", Accept(texts=("a < b",)))
    assert fifth.question == "{{c1::a::h}} {{c2::$x_{i}$}} `{{c3::f{x}}}`"
    assert fifth.answer == "more"
    assert [each.deck for each in incoming.notes] == [("Top", "Sub"), *[("Top",)] * 3, ("Gaps",)]
    assert incoming.notes[0].media == ("a b.png", "x.mp3")
    assert {name: read() for name, read in incoming.media.items()} == {"a b.png": PICTURE}
    assert [len(each.cards) for each in incoming.notes] == [1, 2, 2, 1, 3]
    assert sum(len(card.reviews) for each in incoming.notes for card in each.cards) == 4
    guids = maker.collection.db.list("SELECT guid FROM notes ORDER BY id")  # type: ignore[union-attr]
    assert [each.key for each in incoming.notes] == guids
    assert [each.note.id for each in incoming.notes] == [foreign_id(guid) for guid in guids]


def test_both_formats_say_the_same(maker: Maker) -> None:
    """Whether note types are JSON or protobuf, and files packed or not, nothing differs."""
    fill(maker)
    new, old = (read_package(FORMATS[form](maker)) for form in ("new", "old"))
    assert without_places(new) == without_places(old)


def test_reviews_are_those_of_the_log(maker: Maker) -> None:
    """Each rating with its instant, time and interval; steps have no interval of days."""
    fill(maker)
    log = maker.collection.db.all(  # type: ignore[union-attr]
        "SELECT nid, ord, r.id, ease, r.ivl, time FROM revlog r JOIN cards c ON c.id = r.cid ORDER BY r.id"
    )
    assert {ease for _, _, _, ease, _, _ in log} == {1, 2, 3, 4}
    rows = maker.collection.db.list("SELECT id FROM notes ORDER BY id")  # type: ignore[union-attr]
    ordinals = {"": 0, "reverse": 1, "c1": 0, "c2": 1, "c3": 2}
    found = [
        (rows[i], ordinals[card.face], in_ms(r.reviewed_at), r.rating.value, r.interval_days, r.duration_ms)
        for i, each in enumerate(read_package(FORMATS["new"](maker)).notes)
        for card in each.cards
        for r in card.reviews
    ]
    expected = [(nid, ord_, at, ease, max(ivl, 0), ms) for nid, ord_, at, ease, ivl, ms in log]
    assert sorted(found, key=lambda row: row[2]) == expected


def test_a_card_stands_where_the_client_has_it(maker: Maker) -> None:
    """Due day, interval, ease and FSRS's state are the client's own; a new card stands nowhere."""
    maker.collection.set_config("fsrs", True)
    for word in "abc":
        maker.add("Basic", "Deck", word, "x")
    maker.answer("Deck", [4, 3])
    ids = maker.collection.db.list("SELECT id FROM cards ORDER BY id")  # type: ignore[union-attr]
    first, second, third = cards(read_package(FORMATS["new"](maker)))

    card = maker.collection.get_card(ids[0])
    today = study_day(datetime.now(UTC), UTC, 4)
    assert first.placement is not None
    assert first.placement.due_on == today + timedelta(days=card.due - maker.collection.sched.today)
    assert first.placement.interval_days == card.ivl > 5
    assert first.placement.ease_factor == card.factor // 10 == 250
    assert card.memory_state is not None
    assert first.placement.stability == pytest.approx(card.memory_state.stability)
    assert first.placement.difficulty == pytest.approx(card.memory_state.difficulty)
    assert second.placement is not None
    step_due_at = datetime.fromtimestamp(maker.collection.get_card(ids[1]).due, UTC)
    assert second.placement.due_on == study_day(step_due_at, UTC, 4)  # shortly before four, tomorrow
    assert second.placement.interval_days == 0
    assert second.placement.ease_factor is None
    assert third.placement is None


def test_a_due_day_is_a_day_of_the_zone_in_which_the_collection_began(maker: Maker) -> None:
    """Days are counted from the collection's first, by its own zone, whatever the learner's is now."""
    maker.add("Basic", "Deck", "a", "x")
    (card,) = maker.collection.find_cards("")
    maker.collection.sched.set_due_date([card], "5")
    collection = maker.collection
    # It is 01:00 of the 11th in a zone nine hours east of Greenwich.
    collection.set_config("creationOffset", -9 * 60)
    began_at = datetime(2026, 1, 10, 16, 0, tzinfo=UTC)
    collection.db.execute("UPDATE col SET crt = ?", int(began_at.timestamp()))  # type: ignore[union-attr]
    collection.db.execute("UPDATE cards SET due = 30")  # type: ignore[union-attr]
    (read,) = cards(read_package(FORMATS["new collection"](maker)))
    assert read.placement is not None
    assert read.placement.due_on.isoformat() == "2026-02-10"


def test_suspended_and_flagged_cards_are_told(maker: Maker) -> None:
    """A buried card is neither; that it is buried, and the colour of a flag, are counted as left out."""
    for word in "abcd":
        maker.add("Basic", "Deck", word, "x")
    ids = maker.collection.db.list("SELECT id FROM cards ORDER BY id")  # type: ignore[union-attr]
    maker.collection.sched.suspend_cards([ids[1]])
    maker.collection.set_user_flag_for_cards(3, [ids[2]])
    maker.collection.sched.bury_cards([ids[3]])
    read = cards(read_package(FORMATS["new"](maker)))
    assert [card.is_suspended for card in read] == [False, True, False, False]
    assert [card.is_flagged for card in read] == [False, False, True, False]
    assert [card.left_out for card in read] == [{}, {}, {LeftOut.COLOUR: 1}, {LeftOut.BURIED: 1}]


def test_a_card_in_a_filtered_deck_belongs_to_its_home(maker: Maker) -> None:
    """Its deck and its due day are those of home; an answer that moved nothing is a cram."""
    maker.add("Basic", "Home::Deck", "a", "x")
    maker.answer("Home::Deck", [4])
    (before,) = cards(read_package(FORMATS["new collection"](maker)))
    filtered = maker.collection.sched.get_or_create_filtered_deck(0)  # type: ignore[arg-type]
    filtered.config.reschedule = False
    filtered.config.search_terms[0].search = "deck:Home::Deck"
    filtered.name = "Cram"
    deck_id = maker.collection.sched.add_or_update_filtered_deck(filtered).id
    maker.answer("Cram", [3])
    assert maker.collection.decks.is_filtered(deck_id)  # type: ignore[arg-type]
    maker.collection.sched.rebuild_filtered_deck(deck_id)  # type: ignore[arg-type]
    assert maker.collection.db.scalar("SELECT odid FROM cards") != 0  # type: ignore[union-attr]

    (note,) = read_package(FORMATS["new collection"](maker)).notes
    assert note.deck == ("Home", "Deck")
    assert note.cards[0].placement == before.placement
    assert [review.kind for review in note.cards[0].reviews] == [None, ReviewKind.CRAM]


def test_what_came_before_a_card_was_made_new_again_is_left_out(maker: Maker) -> None:
    """Anki's own FSRS does not count it either; a changed due date is no review."""
    maker.add("Basic", "Deck", "a", "x")
    maker.answer("Deck", [4])
    (card,) = maker.collection.find_cards("")
    maker.collection.sched.schedule_cards_as_new([card])
    assert cards(read_package(FORMATS["new"](maker)))[0].reviews == ()
    maker.answer("Deck", [4])
    maker.collection.sched.set_due_date([card], "3")
    (read,) = cards(read_package(FORMATS["new"](maker)))
    assert [review.rating.value for review in read.reviews] == [4]
    assert read.left_out == {LeftOut.RESET: 1, LeftOut.MOVED: 1}


def test_without_history_no_card_is_known(maker: Maker) -> None:
    """Whoever wants the notes alone pays for no log."""
    fill(maker)
    incoming = read_package(FORMATS["new"](maker), ReadOptions(with_history=False))
    assert [each.cards for each in incoming.notes] == [()] * 5


def test_the_old_collection_in_a_new_package_is_not_taken_for_the_data(maker: Maker) -> None:
    """Beside the notes lies one that asks to update Anki."""
    maker.add("Basic", "Deck", "a", "x")
    for form in FORMATS:
        assert [each.note.question for each in read_package(FORMATS[form](maker)).notes] == ["a"]


def test_what_quizzer_has_not_is_refused_with_the_way_out(maker: Maker) -> None:
    """Notes of one type share one sentence, deletions in deletions and empty answers have their own."""
    maker.add("Image Occlusion", "Deck", "{{c1::image-occlusion:rect:left=.1}}", "<img src=x.png>")
    maker.add("Cloze", "Deck", "{{c1::a {{c2::b}} }}")
    maker.add("Basic", "Deck", "no answer", " <br> ")
    maker.add("Basic", "Deck", "fine", "x")
    maker.add_type("Voc", ("Word", "Sense", "Sound"), ("{{Word}} {{Sound}}", "{{Sense}}"))
    maker.add("Voc", "Deck", "w1", "s1", "a")
    maker.add("Voc", "Deck", "w2", "s2", "b")
    maker.add("Voc", "Deck", "w3", "s3")

    incoming = read_package(FORMATS["new"](maker))

    assert [each.note.question for each in incoming.notes] == ["fine", "w3"]
    reasons = {refused.where: refused.reason for refused in incoming.refused}
    assert "hides parts of images" in reasons["new.apkg: 1 note"]
    assert "holds another one" in reasons["new.apkg: 'a b'"] if "new.apkg: 'a b'" in reasons else True
    assert any("holds another one" in reason for reason in reasons.values())
    assert "its answer (Back) shows nothing: fill it in Anki" in reasons["new.apkg: 'no answer'"]
    mapping = reasons["new.apkg: 2 notes"]
    assert '["Voc"], q = "{{Word}}", a = "{{Sense}}"' in mapping
    assert "Word, Sense, Sound" in mapping


def test_a_file_is_the_one_of_the_name_as_it_stands(maker: Maker) -> None:
    """A name that looks percent-encoded is so only where the package has no file of that name."""
    names = [maker.picture(name) for name in ("a%20b.png", "a b.png", "x%41.png", "é%c3.mp3")]
    assert names == ["a%20b.png", "a b.png", "x%41.png", "é%c3.mp3"]
    shown = ('<img alt="q" src="a%20b.png">', "<img src=x%41.png> a%20b.png", "[sound:é%c3.mp3]")
    encoded = ('<img src="a b.png">', "<img src='%C3%A9%25c3.mp3'>", "<img src=a%20c.png>")
    for html in (*shown, *encoded):
        maker.add("Basic", "Deck", html, "x")
    incoming = read_package(FORMATS["new"](maker))
    named = ["a%20b.png", "x%41.png", "é%c3.mp3", "a b.png", "é%c3.mp3", "a c.png"]
    assert [each.media for each in incoming.notes] == [(name,) for name in named]
    assert incoming.notes[1].note.question == "![](media/x%2541.png) a%20b.png"


def test_reading_says_how_far_it_is(maker: Maker) -> None:
    """A package that takes long shows that it goes on."""
    for _ in range(4):
        maker.add("Basic", "Deck", "<ul><li>" * 25_000, "x")
    told: list[str] = []
    read_package(FORMATS["new"](maker), ReadOptions(tell=told.append))
    assert told == ["reading note 2 of 4", "reading note 4 of 4"]


CONDITIONS = {
    "without": [("{{^X}}{{A}}{{/X}}", "{{B}}")],
    "with": [("{{#X}}{{A}}{{/X}}", "{{B}}")],
    "either": [("{{#A}}{{A}}{{/A}}{{^A}}{{X}}{{/A}}", "{{B}}")],
    "words": [("{{^X}}Translate:{{/X}}{{#X}}Define{{^Y}} briefly{{/Y}}:{{/X}} {{A}}", "{{B}}")],
    "nested": [("{{#X}}{{^Y}}{{A}}{{/Y}}{{/X}}{{^X}}<i>{{A}}</i>{{/X}}", "{{B}}")],
    "turned": [("{{^X}}{{A}}{{/X}}", "{{B}}"), ("{{#X}}{{B}}{{/X}}", "{{A}}")],
    "three": [
        ("{{#X}}{{A}}{{/X}}", "{{B}}"),
        ("{{#X}}{{B}}{{/X}}", "{{A}}"),
        ("{{^X}}{{A}}{{/X}}", "{{B}}"),
    ],
    "tags": [("{{#Tags}}tagged {{/Tags}}{{#Deck}}{{A}}{{/Deck}}", "{{B}}")],
}


@pytest.mark.parametrize("templates", CONDITIONS.values(), ids=CONDITIONS)
def test_conditions_of_templates_are_those_of_each_note(
    maker: Maker, templates: list[tuple[str, str]]
) -> None:
    """Whatever its fields hold, a note asks what the client shows, and what it shows blank is no card."""
    maker.add_type("Voc", ("A", "B", "X", "Y"), *templates)
    for x, y in itertools.product(("", " <br><DIV></div >", "x"), ("", "y")):
        maker.add("Voc", "Deck", "one", "two", x, y, tags=["t"] if y else [])

    incoming = {each.key: each for each in read_package(FORMATS["new"](maker)).notes}

    for row in maker.collection.find_notes(""):
        note = maker.collection.get_note(row)
        asked = {card.ord: plain_from_html(card.question()) for card in note.cards()}
        shown = [asked[place] for place in sorted(asked) if "card is blank" not in asked[place]]
        if not shown:
            assert note.guid not in incoming
            continue
        ours = incoming[note.guid]
        texts = (ours.note.question, ours.note.answer) if ours.note.reverse else (ours.note.question,)
        assert [text.replace("*", "") for text in texts] == shown
        assert [card.face for card in ours.cards] == ["", "reverse"][: len(shown)]


def cards(incoming: Incoming) -> list[IncomingCard]:
    """Return all cards, in the order of their notes."""
    return [card for each in incoming.notes for card in each.cards]


def in_ms(instant: datetime) -> int:
    """Return an instant as Anki numbers its log."""
    return round(instant.timestamp() * 1000)


def without_places(incoming: Incoming) -> list[IncomingNote]:
    """Return the notes without the name of the file that they come from."""
    return [replace(each, where="") for each in incoming.notes]
