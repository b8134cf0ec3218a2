"""Reading notes from rows of separated text: our own exports, Anki's, and tables as people write them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from quizzer.core.note import Note
from quizzer.errors import UsageError
from quizzer.exchange.amounts import with_escaped_amounts
from quizzer.exchange.anki.identity import OUR_ROOT, deck_path
from quizzer.exchange.csv_files.cells import foreign_draft, own_draft
from quizzer.exchange.csv_files.columns import (
    DECK,
    GUID,
    IGNORED,
    KNOWN,
    NOTE_TYPE,
    OWN_DECK,
    TAGS,
    field_of,
    is_header_row,
    name_fields,
)
from quizzer.exchange.csv_files.content import Content
from quizzer.exchange.csv_files.header import SEPARATORS, Header, read_header
from quizzer.exchange.csv_files.own_types import OWN_TYPES, take_exported
from quizzer.exchange.csv_files.rows import Row, read_rows, split_line
from quizzer.exchange.csv_files.separator import find_separator
from quizzer.exchange.draft import Draft, DraftError, build_note, hashed_id, id_of
from quizzer.exchange.incoming import Incoming, IncomingDeck, IncomingNote, Refused
from quizzer.exchange.text_file import decode_text, title_of
from quizzer.markup.clean import clean_line
from quizzer.markup.media_links import media_of

ORIGIN = "csv"
MAX_ROWS = 200_000

_CONTENTS = {None: Content.MARKDOWN, True: Content.HTML, False: Content.PLAIN}
_POSITIONAL = ("question", "answer")


@dataclass(frozen=True, slots=True)
class CsvOptions:
    """What the learner says about a file.

    `columns` are names for its columns, "-" for what is to be left out; `separator` is the character or
    its name; `known_guids` are the ids of our notes by their GUIDs in Anki.
    """

    columns: tuple[str, ...] = ()
    separator: str = ""
    known_guids: Mapping[str, str] = field(default_factory=dict)


def read_csv(data: bytes, name: str, options: CsvOptions | None = None) -> Incoming:
    """Return the notes of a file; `name` names it in messages, and its deck where the file names none.

    Raises:
        UsageError: If the file is no text, its header says what cannot be, or the learner calls a column
            what no column is called.
    """
    options = options or CsvOptions()
    lines = [f"{line}\n" for line in decode_text(data, name).split("\n")]
    header = read_header(lines, name)
    separator = _asked_separator(options.separator) or header.separator
    separator = separator or find_separator(lines, header.line_count)
    rows = []
    for row in read_rows(lines, separator, header.line_count):
        rows.append(row)
        if len(rows) > MAX_ROWS:
            raise UsageError(f"{name}: the file has more than {MAX_ROWS:,} rows, expected less: split it.")
    names = split_line(header.columns, separator) if header.columns else []
    has_names = not names and bool(rows) and is_header_row(_regular(rows[0].cells, header))
    names = list(rows[0].cells) if has_names else names
    fields = _fields(options, header, names, rows)
    first_line = rows[0].line if rows else 1
    table = _Table(name, header, fields, options.known_guids)
    return table.read(rows[1:] if has_names else rows, names, first_line)


class _Table:
    """A file while it is read; `fields` says for each column which field it holds, "" for none."""

    def __init__(
        self, name: str, header: Header, fields: Sequence[str], known_guids: Mapping[str, str]
    ) -> None:
        self._name = name
        self._header = header
        self._fields = fields
        self._known_guids = known_guids
        self._refused: list[Refused] = []
        self._lines: dict[str, int] = {}
        self._left_out: set[int] = set()
        self._decks = {deck.id: deck for deck in header.decks} if header.is_ours else {}

    def read(self, rows: Sequence[Row], names: Sequence[str], first_line: int) -> Incoming:
        """Return the notes of the rows; `names` are what the file calls its columns, if it does."""
        notes = [note for row in rows if (note := self._note(row)) is not None]
        remarks: tuple[Refused, ...] = ()
        if self._left_out:
            reason = _left_out(sorted(self._left_out), names)
            remarks = (Refused(f"{self._name}:{first_line}", reason),)
        return Incoming(
            ORIGIN,
            tuple(notes),
            tuple(self._refused),
            decks=tuple(self._decks.values()),
            remarks=remarks,
        )

    def _note(self, row: Row) -> IncomingNote | None:
        where = f"{self._name}:{row.line}"
        try:
            if row.fault:
                raise DraftError(row.fault)
            cells = self._cells(row)
            key, note = self._exported(row, cells) or self._built(cells)
            if note.id in self._lines:
                raise DraftError(
                    f"the same note as on line {self._lines[note.id]}, expected each once: "
                    "give it an id of its own, or remove it"
                )
        except DraftError as error:
            self._refused.append(Refused(where, str(error)))
            return None
        self._lines[note.id] = row.line
        is_ours = self._header.is_ours
        return IncomingNote(key, note, self._deck(cells), where, media=_media(note), is_ours=is_ours)

    def _exported(self, row: Row, cells: Mapping[str, str]) -> tuple[str, Note] | None:
        """Return what Anki has written of a note of our own types, None where the row is another one."""
        note_type = cells.get(NOTE_TYPE) or self._header.note_type
        if self._header.is_ours or not self._header.is_html or note_type not in OWN_TYPES:
            return None
        fields = _regular(row.cells, self._header)
        guid = cells.get(GUID, "")
        note = take_exported(
            note_type,
            fields,
            (*cells.get(TAGS, "").split(), *self._header.tags),
            self._known_guids.get(guid, ""),
        )
        return (guid or note.id), note

    def _built(self, cells: Mapping[str, str]) -> tuple[str, Note]:
        draft = self._draft(cells)
        key, note_id = self._identity(cells, draft)
        note = build_note(note_id, draft)
        return key, note if self._header.is_ours else with_escaped_amounts(note)

    def _cells(self, row: Row) -> dict[str, str]:
        cells: dict[str, str] = {}
        for number, cell in enumerate(row.cells):
            name = self._fields[number] if number < len(self._fields) else ""
            if name and name != IGNORED:
                cells[name] = cell
            elif not name and cell.strip() and not self._knows_fields(row):
                self._left_out.add(number)
        return cells

    def _knows_fields(self, row: Row) -> bool:
        """Say whether the row is of a kind of which we know every field."""
        place = dict(self._header.special).get(NOTE_TYPE, -1)
        note_type = row.cells[place] if 0 <= place < len(row.cells) else self._header.note_type
        return self._header.is_ours or note_type in OWN_TYPES

    def _draft(self, cells: Mapping[str, str]) -> Draft:
        if self._header.is_ours:
            return own_draft(cells)
        cells = {NOTE_TYPE: self._header.note_type, **cells}
        return foreign_draft(cells, content=_CONTENTS[self._header.is_html], tags=self._header.tags)

    def _identity(self, cells: Mapping[str, str], draft: Draft) -> tuple[str, str]:
        """Return what the source knows the note by, and the id that follows."""
        if key := cells.get("id", "").strip():
            return key, id_of(key, ORIGIN)
        if guid := cells.get(GUID, "").strip():
            return guid, self._known_guids.get(guid) or hashed_id(guid, "anki")
        key = draft.text("cloze") or draft.text("question")
        return key, hashed_id(key, ORIGIN)

    def _deck(self, cells: Mapping[str, str]) -> tuple[str, ...]:
        path = deck_path(cells.get(DECK) or self._header.deck)
        if len(path) > 1 and path[0].casefold() == OUR_ROOT:
            path = path[1:]
        own = cells.get(OWN_DECK, "").strip()
        if not own:
            return path or (title_of(self._name),)
        title = "::".join(path).removesuffix(f" ({own})") if path else own
        self._decks.setdefault(own, IncomingDeck((own,), own, title))
        return (own,)


def _media(note: Note) -> tuple[str, ...]:
    """Return the files that the note shows; a table has none of them, which an import tells."""
    return media_of("\n\n".join((note.question, note.answer, *note.points, note.pitfall)))


def _asked_separator(word: str) -> str:
    if not word:
        return ""
    word = SEPARATORS.get(word.strip().lower(), word)
    if word == "\\t":
        return "\t"
    if (len(word) == 1 and word.isprintable() and word not in '"#') or word == "\t":
        return word
    known = ", ".join(SEPARATORS)
    raise UsageError(f"the separator is {word[:40]!r}, expected one character, or one of {known}.")


def _regular(cells: Sequence[str], header: Header) -> list[str]:
    """Return the cells that are fields: "Cloze" as the note type of a note is no name of a column."""
    special = {place for _, place in header.special}
    return [cell for place, cell in enumerate(cells) if place not in special]


def _fields(options: CsvOptions, header: Header, names: Sequence[str], rows: Sequence[Row]) -> list[str]:
    """Return the field of each column; `names` are what the file calls them, if it does."""
    # In our own files the columns for Anki stand beside ours.
    special = {} if header.is_ours else dict(header.special)
    fields = list(_asked_fields(options.columns) if options.columns else name_fields(names))
    width = max([len(fields), *(len(row.cells) for row in rows)], default=0)
    fields += [""] * (width - len(fields))
    for name, place in special.items():
        fields = ["" if field == name else field for field in fields]
        if place < width:
            fields[place] = name
    if not {"question", "cloze"} & set(fields):
        regular = [place for place in range(width) if place not in special.values()]
        for name, place in zip(_POSITIONAL, regular, strict=False):
            fields[place] = name
    return fields


def _asked_fields(names: Sequence[str]) -> tuple[str, ...]:
    for name in names:
        if not field_of(name):
            known = ", ".join(name for name in KNOWN if name != IGNORED)
            raise UsageError(
                f"there is no column {name[:40]!r}; the columns are {known}, and - for what is left out."
            )
    fields = name_fields(names)
    if "" in fields:
        raise UsageError(
            f"{names[fields.index('')]!r} names a field twice: name each once, - for the others."
        )
    if not {"question", "cloze"} & set(fields):
        raise UsageError("none of the columns asks anything: name one of them question, or cloze.")
    return fields


def _left_out(columns: Sequence[int], names: Sequence[str]) -> str:
    called = {place: f" ('{clean_line(name)}')" for place, name in enumerate(names) if name.strip()}
    numbers = ", ".join(f"{column + 1}{called.get(column, '')}" for column in columns)
    what = f"column {numbers} holds" if len(columns) == 1 else f"columns {numbers} hold"
    return (
        f"{what} text under no name that quizzer knows, expected names such as question, answer, tags: "
        "it was left out; --columns names all columns, - those that you do not want"
    )
