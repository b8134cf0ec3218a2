"""Notes of our own types: as they were when nobody edited them in Anki, else with what was edited.

The note itself stands in a field of its own. It is taken where writing it again gives the other fields as
they are. A field that differs was edited there: it is read from its HTML, and the rest of the note stays.
Without the note itself, which older exports did not have, all is read from HTML.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace

from quizzer.core.note import Accept, Checked, Choices, Level, Note, NoteKind, Source
from quizzer.exchange.anki.embedding import read_embedded
from quizzer.exchange.anki.fields import NameMedia, render_fields
from quizzer.exchange.anki.models import CLOZE_FIELDS, EMBEDDED, QUESTION_FIELDS
from quizzer.exchange.anki.reading.cloze_text import DeletionError, cloze_from_anki
from quizzer.exchange.anki.reading.foreign_notes import MAX_TEXT, NoteError
from quizzer.exchange.anki.reading.tags import read_labels
from quizzer.exchange.anki.reading.templates import is_empty
from quizzer.markup.from_html import from_html, list_from_html, plain_from_html
from quizzer.markup.html_tree import MAX_LENGTH

# What stands above the answer: the right choice, or what was to be typed.
_EXPECTED = re.compile(
    r'\s*<p class="?(?P<kind>right|expected)"?>(?P<text>.*?)</p>'
    r'(?:\s*<div class="?unit"?>also (?P<also>.*?)</div>)?\s*',
    re.DOTALL,
)
_RIGHT = re.compile(r"([A-I])\. ")
_WITHIN = re.compile(r"\(within (\S+)\)$")
_CHECKED = re.compile(r"(.*) \((opened|computed|recalled)\)", re.DOTALL)
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")
_PATTERN = "A text like "
_LEVELS = frozenset(level.value for level in Level)
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def take_own(values: Mapping[str, str], tags: Iterable[str], note_id: str, name_media: NameMedia) -> Note:
    """Return the note of the fields `values`, as HTML by their names, under the id `note_id` if that is set.

    Raises:
        NoteError: If it was edited to what no note of ours can be.
    """
    if any(len(value) > MAX_LENGTH for name, value in values.items() if name != EMBEDDED):
        raise NoteError(f"a field of it has more than {MAX_LENGTH:,} characters: shorten it in Anki")
    embedded = read_embedded(values[EMBEDDED])
    is_cloze = "Text" in values
    if embedded is not None and (embedded.kind is NoteKind.CLOZE) != is_cloze:
        embedded = None
    if embedded is None:
        note, changed = _bare(values, tags), {name: value for name, value in values.items() if value}
    else:
        note, changed = embedded, _changes(embedded, values, name_media)
    if changed:
        note = _checked(_edited(note, values, frozenset(changed)))
    return replace(note, id=note_id) if note_id else note


def id_field(values: Mapping[str, str]) -> str:
    """Return the id that an export wrote, "" where it is none."""
    name = plain_from_html(values["Id"])
    return name if len(name) <= 100 and _ID.fullmatch(name) else ""


def _changes(note: Note, values: Mapping[str, str], name_media: NameMedia) -> dict[str, str]:
    """Return the fields that are not as writing the note gives them."""
    names = CLOZE_FIELDS if note.kind is NoteKind.CLOZE else QUESTION_FIELDS
    written = dict(zip(names, render_fields(note, {}, name_media), strict=True))
    return {
        name: values[name] for name in names if unicodedata.normalize("NFC", values[name]) != written[name]
    }


def _bare(values: Mapping[str, str], tags: Iterable[str]) -> Note:
    """Return what no field of HTML says but the labels do."""
    labels = read_labels(tags)
    kind = NoteKind.CLOZE if "Text" in values else NoteKind.BASIC
    return Note(id_field(values), kind, "", level=labels.level, topics=labels.topics, tags=labels.tags)


def _edited(note: Note, values: Mapping[str, str], changed: frozenset[str]) -> Note:
    expected = _EXPECTED.match(values["Back"])
    answer = values["Back"][expected.end() :] if expected else values["Back"]
    try:
        if "Text" in changed:
            note = replace(note, question=cloze_from_anki(values["Text"]))
    except DeletionError as error:
        raise NoteError(str(error)) from error
    if "Front" in changed:
        note = replace(note, question=from_html(values["Front"]))
    if "Back" in changed:
        note = replace(note, answer=from_html(answer))
    if "Reverse" in changed:
        note = replace(note, reverse=not is_empty(values["Reverse"]) and note.kind is NoteKind.BASIC)
    if changed & {"Choices", "Back"} and values.get("Choices"):
        note = replace(note, kind=NoteKind.CHOICES, choices=_choices(note, values["Choices"], expected))
    elif changed & {"Typed", "Unit", "Back"} and (
        values.get("Typed") or note.accept or _is_expected(expected)
    ):
        note = replace(note, kind=NoteKind.ACCEPT, accept=_accept(note, values, expected))
    return _extras_edited(note, values, changed)


def _extras_edited(note: Note, values: Mapping[str, str], changed: frozenset[str]) -> Note:
    if "Points" in changed:
        note = replace(note, points=tuple(dict.fromkeys(list_from_html(values["Points"])))[:100])
    if "Pitfall" in changed:
        note = replace(note, pitfall=from_html(values["Pitfall"]))
    if "Source" in changed:
        note = replace(note, source=_source(plain_from_html(values["Source"])))
    level, kata = (plain_from_html(values[name]) for name in ("Level", "Kata"))
    if "Level" in changed and (level in _LEVELS or not level):
        note = replace(note, level=Level(level) if level else None)
    if "Kata" in changed and (_ID.fullmatch(kata) or not kata):
        note = replace(note, kata=kata)
    return note


def _choices(note: Note, html: str, expected: re.Match[str] | None) -> Choices:
    listed = list(dict.fromkeys(list_from_html(html)))
    letter = _RIGHT.match(expected["text"]) if expected else None
    right = listed[ord(letter[1]) - ord("A")] if letter and ord(letter[1]) - ord("A") < len(listed) else ""
    if note.choices and note.choices.right in listed:
        right = note.choices.right
    if not right or not 2 <= len(listed) <= 9:
        raise NoteError("of its choices none is the right one: put them back in Anki, as the export had them")
    return Choices(right, tuple(each for each in listed if each != right))


def _is_expected(expected: re.Match[str] | None) -> bool:
    return expected is not None and expected["kind"] == "expected"


def _accept(note: Note, values: Mapping[str, str], expected: re.Match[str] | None) -> Accept:
    typed, unit = (plain_from_html(values[name]) for name in ("Typed", "Unit"))
    said = plain_from_html(expected["text"]) if expected else ""
    if note.accept and note.accept.regex:
        return note.accept
    if not typed and said.startswith(_PATTERN):
        return Accept(regex=said.removeprefix(_PATTERN))
    if not typed:
        raise NoteError("the answer that is to be typed is empty: fill 'Typed' in Anki, then import again")
    if _NUMBER.fullmatch(typed) and (note.accept is None or note.accept.number):
        within = _WITHIN.search(said)
        return Accept(number=typed, unit=unit, tolerance=within[1] if within else "")
    others = note.accept.texts[1:] if note.accept else _also(expected)
    return Accept(texts=tuple(dict.fromkeys((typed, *others))))


def _also(expected: re.Match[str] | None) -> tuple[str, ...]:
    also = expected["also"] if expected else ""
    return tuple(filter(None, (plain_from_html(each) for each in (also or "").split(" · "))))


def _source(text: str) -> Source | None:
    if checked := _CHECKED.fullmatch(text):
        return Source(checked[1], Checked(checked[2]))
    return Source(text) if text else None


def _checked(note: Note) -> Note:
    if not note.question.strip():
        raise NoteError("its question shows nothing: fill it in Anki, then import again")
    if note.kind is NoteKind.BASIC and not note.answer.strip():
        raise NoteError("its answer shows nothing: fill it in Anki, then import again")
    if any(len(text) > MAX_TEXT for text in (note.question, note.answer, note.pitfall, *note.points)):
        raise NoteError(f"a text of it has more than {MAX_TEXT:,} characters: shorten it in Anki")
    return note
