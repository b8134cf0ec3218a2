from __future__ import annotations

from quizzer.core.deck import Deck
from quizzer.core.note import Note, NoteKind
from quizzer.exchange.anki.identity import RowIds, deck_id, deck_titles, guid_of, oldest_ids


def test_identities_are_what_they_were_in_the_first_version() -> None:
    """These stand in learners' collections: another rule would bring every note a second time."""
    assert guid_of("attention-scale", is_cloze=False) == "4wKOumpI1qmxHax5"
    assert guid_of("attention-scale", is_cloze=True) == "mLszHYyigRoD_cqF"
    assert deck_id("attention") == 1_493_191_237_124
    assert RowIds().take("4wKOumpI1qmxHax5") == 1_488_621_393_630


def test_a_note_hangs_on_its_oldest_id() -> None:
    """The last of `was` is the oldest; a note that was never renamed has its own."""
    assert oldest([note("a"), note("d", "c", "b")]) == {"a": "a", "d": "b"}


def test_swapped_notes_swap_what_they_hang_on() -> None:
    """Two notes that exchange their ids exchange their places in Anki, too."""
    assert oldest([note("a", "b"), note("b", "a")]) == {"a": "b", "b": "a"}


def test_no_two_notes_hang_on_one_id() -> None:
    """A note that was never renamed keeps its id; of several that claim one the first gets it."""
    assert oldest([note("x", "a"), note("a")]) == {"x": "x", "a": "a"}
    assert oldest([note("x", "a"), note("y", "b", "a")]) == {"x": "a", "y": "b"}
    taken = oldest([note("x", "y"), note("y", "x"), note("z", "x"), note("w", "z", "y")])
    assert len(set(taken.values())) == 4


def test_notes_of_all_decks_are_looked_at() -> None:
    """A claim on a note of another deck does not take its place."""
    first, second = Deck("one", "One", "", (note("x", "a"),)), Deck("two", "Two", "", (note("a"),))
    assert oldest_ids([first, second]) == {"x": "x", "a": "a"}


def test_a_question_and_a_cloze_are_two_notes() -> None:
    """The GUID depends on the kind as far as Anki's note types do."""
    assert guid_of("a", is_cloze=True) != guid_of("a", is_cloze=False)


def test_row_ids_are_distinct_and_no_time_of_the_future() -> None:
    """Anki reads them as the time of creation."""
    rows = RowIds()
    ids = [rows.take(str(number)) for number in range(20_000)]
    assert len(set(ids)) == 20_000
    assert all(1_400_000_000_000 <= number < 1_500_000_000_000 for number in ids)


def test_decks_have_names_of_their_own_below_ours() -> None:
    """A title with colons is a place in the tree; none makes an empty name or one that another deck has."""
    titles = {"a": "Same", "b": "same", "c": "A::B", "d": "::", "e": "a :: b", "f": "C:D"}
    decks = [Deck(name, title, "") for name, title in titles.items()]
    assert deck_titles(decks, titles) == {
        "a": "quizzer::Same",
        "b": "quizzer::same (b)",
        "c": "quizzer::A::B",
        "d": "quizzer::d",
        "e": "quizzer::a::b (e)",
        "f": "quizzer::C:D",
    }
    assert len({deck_id(name) for name in titles}) == 6


def oldest(notes: list[Note]) -> dict[str, str]:
    """Return what the notes of one deck hang on."""
    return oldest_ids([Deck("deck", "Deck", "", tuple(notes))])


def note(note_id: str, *was: str) -> Note:
    """Return a note that was called otherwise."""
    return Note(note_id, NoteKind.BASIC, "q", "a", was=was)
