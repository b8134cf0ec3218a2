"""Rows that Anki has written of notes of our own note types, which came to it in a package."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from quizzer.core.kata import KATA_KEY_PREFIX
from quizzer.core.note import Note
from quizzer.exchange.anki.models import CLOZE, CLOZE_FIELDS, QUESTION, QUESTION_FIELDS
from quizzer.exchange.anki.reading.foreign_notes import NoteError
from quizzer.exchange.anki.reading.own_notes import take_own
from quizzer.exchange.draft import DraftError
from quizzer.markup.from_html import plain_from_html

OWN_TYPES = {QUESTION.name: QUESTION_FIELDS, CLOZE.name: CLOZE_FIELDS}


def take_exported(note_type: str, fields: Sequence[str], tags: Iterable[str], note_id: str) -> Note:
    """Return the note of the fields of one of our note types, in their order, under the id that is known.

    Raises:
        DraftError: If it was edited to what no note of ours can be.
    """
    names = OWN_TYPES[note_type]
    values = dict(zip(names, (*fields, *("" for _ in names)), strict=False))
    if plain_from_html(values["Id"]).startswith(KATA_KEY_PREFIX):
        raise DraftError("a kata, expected a note: a kata comes with quizzer, remove the row")
    try:
        note = take_own(values, tags, note_id, lambda address: address.rpartition("/")[2] or None)
    except NoteError as error:
        raise DraftError(str(error)) from error
    if not note.id:
        raise DraftError("a note without its id, expected one in the field Id: fill it in Anki")
    return note
