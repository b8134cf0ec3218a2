"""Writing notes as rows that Anki's text import takes, and that `reading` takes back without loss.

For Anki there are the columns that its headers number and the first two others: it fills the fields of a
note type by their order and drops what is beyond the last. The note types are Anki's own, which every
collection in English has. What follows is for us, named as in a deck file: Markdown as it was written, and
lists as `list_cell` writes them.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Mapping, Sequence

from quizzer.core.deck import Deck
from quizzer.core.note import Note, NoteKind
from quizzer.exchange.anki.models import CLOZE_FIELDS, QUESTION_FIELDS
from quizzer.exchange.anki.notes import AnkiNote, to_anki_decks, to_anki_notes
from quizzer.exchange.anki.rendering import RenderedStore
from quizzer.exchange.csv_files.columns import OWN_DECK
from quizzer.exchange.csv_files.deck_lines import write_deck_line
from quizzer.exchange.csv_files.header import OURS, SEPARATORS, VERSION
from quizzer.exchange.list_cell import write_list

ANKI_COLUMNS = ("guid", "note type", "deck", "anki tags", "front", "back")
OWN_COLUMNS = (
    "id",
    OWN_DECK,
    "question",
    "answer",
    "cloze",
    "reverse",
    "right",
    "wrong",
    "accept",
    "regex",
    "number",
    "unit",
    "tolerance",
    "level",
    "topics",
    "tags",
    "points",
    "pitfall",
    "source",
    "checked",
    "kata",
    "wants_kata",
    "was",
)

_NUMBERED = (("guid", 1), ("notetype", 2), ("deck", 3), ("tags", 4))


def write_csv(
    decks: Sequence[Deck],
    topic_titles: Mapping[str, str],
    chosen: Iterable[str],
    separator: str = "comma",
    store: RenderedStore | None = None,
    *,
    described: Collection[str] | None = None,
) -> str:
    """Return the notes whose ids are `chosen` as a file.

    Args:
        decks: All decks, those without a chosen note too: GUIDs follow from the whole.
        topic_titles: The title of each topic of the syllabus by its id.
        chosen: Ids of notes.
        separator: The name of a separator.
        store: What was rendered for Anki before.
        described: Ids of the decks of which the header tells, None for all that have a chosen note.
    """
    notes = {note.id: (deck, note) for deck in decks for note in deck.notes}
    names = {deck.id: deck.name for deck in to_anki_decks(decks)}
    chosen = tuple(chosen)
    told = {notes[note_id][0].id for note_id in chosen}.intersection(
        *([] if described is None else [described])
    )
    target = io.StringIO()
    target.write(_header(separator, [deck for deck in decks if deck.id in told]))
    rows = csv.writer(target, delimiter=SEPARATORS[separator], lineterminator="\n")
    for anki in to_anki_notes(decks, topic_titles, chosen, store=store):
        deck, note = notes[anki.note_id]
        own = _own_cells(note) | {OWN_DECK: deck.id}
        rows.writerow(
            [*_anki_cells(anki, note, names[anki.deck_id]), *(own.get(name, "") for name in OWN_COLUMNS)]
        )
    return target.getvalue()


def _header(separator: str, decks: Iterable[Deck]) -> str:
    columns = SEPARATORS[separator].join((*ANKI_COLUMNS, *OWN_COLUMNS))
    lines = [
        f"#separator:{separator}",
        "#html:true",
        f"#{OURS}:{VERSION}",
        *(f"#{what} column:{number}" for what, number in _NUMBERED),
        f"#columns:{columns}",
        "# Anki reads the columns up to back; quizzer reads those from id on: edit these.",
    ]
    return "".join([*(f"{line}\n" for line in lines), *map(write_deck_line, decks)])


def _anki_cells(anki: AnkiNote, note: Note, deck: str) -> list[str]:
    names = CLOZE_FIELDS if anki.is_cloze else QUESTION_FIELDS
    html = dict(zip(names, anki.fields, strict=True))
    front = html["Text"] if anki.is_cloze else _joined(html["Front"], html["Choices"])
    titled = [f"<p><b>{name}</b></p>{html[name]}" for name in ("Points", "Pitfall") if html[name]]
    source = f"<p>Source: {html['Source']}</p>" if html["Source"] else ""
    back = _joined(html["Back"], *titled, source)
    return [anki.guid, _note_type(note), deck, " ".join(anki.tags), front, back]


def _note_type(note: Note) -> str:
    if note.kind is NoteKind.CLOZE:
        return "Cloze"
    return "Basic (and reversed card)" if note.reverse else "Basic"


def _joined(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


def _own_cells(note: Note) -> dict[str, str]:
    cells = {
        "id": note.id,
        "cloze" if note.kind is NoteKind.CLOZE else "question": note.question,
        "answer": note.answer,
        "reverse": "true" if note.reverse else "",
        "level": note.level.value if note.level else "",
        "topics": write_list(note.topics),
        "tags": write_list(note.tags),
        "points": write_list(note.points),
        "pitfall": note.pitfall,
        "kata": note.kata,
        "wants_kata": note.wants_kata,
        "was": write_list(note.was),
    }
    if note.source:
        cells |= {"source": note.source.cite, "checked": note.source.checked or ""}
    if note.choices:
        cells |= {"right": note.choices.right, "wrong": write_list(note.choices.wrong)}
    if note.accept:
        accept = note.accept
        cells |= {"accept": write_list(accept.texts), "regex": accept.regex, "number": accept.number}
        cells |= {"unit": accept.unit, "tolerance": accept.tolerance}
    return cells
