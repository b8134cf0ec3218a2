"""Cards: the faces of a note, which is what a scheduler schedules."""

from __future__ import annotations

from dataclasses import dataclass

from quizzer.core.cloze import GUARD, cloze_numbers, embolden, hide_deletions, show_deletions, strip_marks
from quizzer.core.note import Note, NoteKind

REVERSE = "reverse"


@dataclass(frozen=True, slots=True)
class Card:
    """One face of a note: "" (its question), "reverse", or "c2" (a cloze number)."""

    note: Note
    face: str = ""

    @property
    def key(self) -> str:
        """The card's permanent name: `x`, `x/reverse`, `x/c2`."""
        return card_key(self.note.id, self.face)


def card_key(note_id: str, face: str) -> str:
    """Return the key of the face `face` of the note `note_id`."""
    return f"{note_id}/{face}" if face else note_id


def faces_of(note: Note) -> tuple[str, ...]:
    """Return the faces of `note`, in the order they are introduced."""
    if note.kind is NoteKind.CLOZE:
        return tuple(f"c{number}" for number in cloze_numbers(note.question))
    return ("", REVERSE) if note.reverse else ("",)


def cards_of(note: Note) -> tuple[Card, ...]:
    """Return the cards of `note`, in the order they are introduced."""
    return tuple(Card(note, face) for face in faces_of(note))


def front(card: Card) -> str:
    """Return what is asked, as Markdown."""
    if card.note.kind is NoteKind.CLOZE:
        return hide_deletions(card.note.question, int(card.face[1:]))
    return strip_marks(card.note.answer if card.face == REVERSE else card.note.question)


def back(card: Card) -> str:
    """Return what is revealed, as Markdown; a cloze shows its text in full."""
    note = card.note
    answer = strip_marks(note.answer)
    match note.kind:
        case NoteKind.CLOZE:
            shown = show_deletions(note.question, int(card.face[1:]))
            return f"{shown}\n\n{answer}" if answer else shown
        case NoteKind.CHOICES if note.choices is not None:
            # A choice is inline text: the guard keeps one such as "- 1" from being a list.
            right = " ".join(strip_marks(note.choices.right).split())
            return f"{GUARD}{embolden(right)}\n\n{answer}".rstrip()
        case _:
            return strip_marks(note.question) if card.face == REVERSE else answer
