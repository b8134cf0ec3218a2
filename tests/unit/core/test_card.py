from __future__ import annotations

from quizzer.core.card import back, cards_of, front
from quizzer.core.cloze import BOLD_END, BOLD_START, GUARD, strip_marks
from quizzer.core.note import Choices, Note, NoteKind


def test_a_basic_note_has_one_card() -> None:
    """Its key is the note's id, its front the question, its back the answer."""
    (card,) = cards_of(Note("x", NoteKind.BASIC, "Q?", "A."))
    assert (card.key, front(card), back(card)) == ("x", "Q?", "A.")


def test_a_reverse_note_asks_both_directions() -> None:
    """The second card asks for the question, under a key of its own."""
    forward, backward = cards_of(Note("x", NoteKind.BASIC, "term", "meaning", reverse=True))
    assert (forward.key, backward.key) == ("x", "x/reverse")
    assert (front(backward), back(backward)) == ("meaning", "term")


def test_a_cloze_note_has_a_card_a_number() -> None:
    """Each number is a card; the explanation follows the full text."""
    note = Note("x", NoteKind.CLOZE, "{{c2::b}} after {{c1::a}}", "Because.")
    first, second = cards_of(note)
    assert (first.key, second.key) == ("x/c1", "x/c2")
    assert strip_marks(front(second)) == "[...] after a"
    assert back(second) == f"{BOLD_START}b{BOLD_END} after a\n\nBecause."


def test_choices_reveal_the_right_one() -> None:
    """The back of a multiple choice note starts with the right option."""
    note = Note("x", NoteKind.CHOICES, "Which?", "Because.", choices=Choices("this", ("that",)))
    assert back(cards_of(note)[0]) == f"{GUARD}{BOLD_START}this{BOLD_END}\n\nBecause."


def test_no_face_has_marks_of_the_note() -> None:
    """Marks that a deck's text brings are removed from questions, answers and choices."""
    marked = f"{BOLD_START}x{GUARD}"
    forward, backward = cards_of(Note("x", NoteKind.BASIC, marked, marked, reverse=True))
    assert [front(forward), back(forward), front(backward), back(backward)] == ["x"] * 4
    choices = Note("x", NoteKind.CHOICES, marked, marked, choices=Choices(marked, ("y",)))
    assert back(cards_of(choices)[0]) == f"{GUARD}{BOLD_START}x{BOLD_END}\n\nx"
