"""Notes of foreign types as ours."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from quizzer.core.note import Accept, Note, NoteKind
from quizzer.exchange.anki.reading.cloze_text import DeletionError, cloze_from_anki
from quizzer.exchange.anki.reading.collection import ForeignNote
from quizzer.exchange.anki.reading.mapping import TypeMapping, fill_template
from quizzer.exchange.anki.reading.shapes import Asked, Deleted
from quizzer.exchange.anki.reading.tags import read_tags
from quizzer.markup.from_html import from_html, plain_from_html
from quizzer.markup.html_tree import MAX_LENGTH, without_data

MAX_TEXT = 100_000
_ID_DIGITS = 12


class NoteError(ValueError):
    """A note cannot be taken; the text says why and what to do."""


def foreign_id(guid: str) -> str:
    """Return the id of the note that Anki knows by `guid`."""
    return f"anki-{hashlib.sha256(guid.encode(errors='replace')).hexdigest()[:_ID_DIGITS]}"


def take_note(note: ForeignNote, shape: Asked | Deleted | TypeMapping, values: Mapping[str, str]) -> Note:
    """Return the note; `values` are its fields by name, as HTML.

    Raises:
        NoteError: If it asks nothing, or has what ours cannot have.
    """
    values = {name: without_data(value) for name, value in values.items()}
    too_long = next((name for name, value in values.items() if len(value) > MAX_LENGTH), None)
    if too_long is not None:
        raise NoteError(f"its field '{too_long}' has more than {MAX_LENGTH:,} characters: shorten it in Anki")
    note_id = foreign_id(note.guid)
    tags = read_tags(note.tags)
    try:
        match shape:
            case Asked():
                taken = _asked(note_id, tags, shape, values)
            case Deleted():
                answer = _answers(shape.answers, values)
                question = cloze_from_anki(_around(shape, values))
                taken = Note(note_id, NoteKind.CLOZE, question, answer, tags=tags)
            case TypeMapping():
                taken = _mapped(note_id, tags, shape, values)
    except DeletionError as error:
        raise NoteError(str(error)) from error
    for text in (taken.question, taken.answer):
        if len(text) > MAX_TEXT:
            raise NoteError(f"a text of it has more than {MAX_TEXT:,} characters: shorten it in Anki")
    return taken


def _asked(note_id: str, tags: tuple[str, ...], shape: Asked, values: Mapping[str, str]) -> Note:
    asked = values[shape.question]
    question = _filled(from_html(asked), f"its field '{shape.question}' shows nothing")
    if shape.before or shape.after:
        question = from_html(f"{shape.before}{asked}{shape.after}")
    answer = _answers(shape.answers, values)
    if shape.typed:
        return _typed(note_id, tags, question, answer, values[shape.typed])
    _filled(answer, f"its answer ({', '.join(shape.answers)}) shows nothing")
    return Note(note_id, NoteKind.BASIC, question, answer, reverse=shape.has_reverse, tags=tags)


def _around(shape: Deleted, values: Mapping[str, str]) -> str:
    """Return the text with the fields around it, each as a block of its own."""
    before, after = (
        "".join(f"<div>{values[name]}</div>" for name in names if values[name])
        for names in (shape.before, shape.after)
    )
    return f"{before}{values[shape.text]}" + (f"<div></div>{after}" if after else "")


def _mapped(note_id: str, tags: tuple[str, ...], mapping: TypeMapping, values: Mapping[str, str]) -> Note:
    used = {name: values[name] for name in mapping.fields() if name in values}
    answer = fill_template(mapping.a, {name: from_html(value) for name, value in used.items()})
    if mapping.cloze:
        # Its deletions may reach over fields, so its template is filled with HTML.
        question = cloze_from_anki(fill_template(mapping.cloze, used))
        return Note(note_id, NoteKind.CLOZE, question, answer, tags=tags)
    texts = {name: from_html(value) for name, value in used.items()}
    question = _filled(fill_template(mapping.q, texts), "its question shows nothing")
    if mapping.accept:
        return _typed(note_id, tags, question, answer, fill_template(mapping.accept, used))
    _filled(answer, "its answer shows nothing")
    return Note(note_id, NoteKind.BASIC, question, answer, reverse=mapping.reverse, tags=tags)


def _typed(note_id: str, tags: tuple[str, ...], question: str, answer: str, html: str) -> Note:
    expected = _filled(plain_from_html(html), "the answer that is to be typed is empty")
    if len(expected) > 500:
        raise NoteError("the answer that is to be typed has more than 500 characters: shorten it in Anki")
    return Note(note_id, NoteKind.ACCEPT, question, answer, accept=Accept(texts=(expected,)), tags=tags)


def _answers(names: tuple[str, ...], values: Mapping[str, str]) -> str:
    texts = (from_html(values[name]) for name in names)
    return "\n\n".join(text for text in texts if text)


def _filled(text: str, what: str) -> str:
    if not text.strip():
        raise NoteError(f"{what}: fill it in Anki, then import again")
    return text
