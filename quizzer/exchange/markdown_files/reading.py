"""Reading notes from Markdown: our own documents, and files as people write them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from quizzer.core.card import cards_of
from quizzer.core.note import Note
from quizzer.errors import UsageError
from quizzer.exchange.amounts import with_escaped_amounts
from quizzer.exchange.draft import Draft, DraftError, build_note, hashed_id, id_of
from quizzer.exchange.incoming import Incoming, IncomingCard, IncomingDeck, IncomingNote, Refused
from quizzer.exchange.markdown_files.dialects import Dialect, Found, find_cards
from quizzer.exchange.markdown_files.own_reading import (
    Section,
    draft_of,
    is_own,
    read_document,
    version_fault,
)
from quizzer.exchange.text_file import decode_text, title_of

ORIGIN = "markdown"
ID_PREFIX = "md"

_FRONT_DECK = re.compile(r"(?:deck|name|title)\s*[:=]\s*[\"']?(?P<name>[^\"']+?)[\"']?\s*")


@dataclass(frozen=True, slots=True)
class MarkdownFile:
    """A file to be read: how messages call it, its folders below the one that was named, its bytes."""

    name: str
    data: bytes
    folders: tuple[str, ...] = ()


def read_markdown(files: Sequence[MarkdownFile], dialect: Dialect | None = None) -> Incoming:
    """Return the notes of all files; what cannot be read is refused with its place.

    Raises:
        UsageError: If the one file that there is is no text.
    """
    reader = _Reader(dialect or Dialect())
    for file in files:
        try:
            reader.read(file)
        except UsageError as error:
            if len(files) == 1:
                raise
            reader.refuse_file(file, str(error))
    return Incoming(
        ORIGIN,
        tuple(reader.notes),
        tuple(reader.refused),
        decks=tuple(reader.decks.values()),
        remarks=tuple(reader.remarks),
    )


class _Reader:
    """What was read so far."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._places: dict[str, str] = {}
        self.notes: list[IncomingNote] = []
        self.refused: list[Refused] = []
        self.remarks: list[Refused] = []
        self.decks: dict[str, IncomingDeck] = {}

    def refuse_file(self, file: MarkdownFile, reason: str) -> None:
        """Tell that a file cannot be read at all."""
        line, _, said = reason.removeprefix(file.name).partition(": ")
        self.refused.append(Refused(f"{file.name}{line}", said.rstrip(".")))

    def read(self, file: MarkdownFile) -> None:
        """Read a file."""
        lines = decode_text(file.data, file.name).split("\n")
        if is_own(lines):
            self._read_own(file, lines)
            return
        deck, first = _front_matter(lines)
        default = (*file.folders, deck or title_of(file.name))
        for found in find_cards(lines, first, self._dialect):
            self._take_found(file, found, default)

    def _read_own(self, file: MarkdownFile, lines: Sequence[str]) -> None:
        if fault := version_fault(lines):
            raise UsageError(f"{file.name}:1: {fault}.")
        document = read_document(lines)
        self.decks |= {deck.id: deck for deck in document.decks.values() if deck.id not in self.decks}
        for section in document.sections:
            where = f"{file.name}:{section.line}"
            try:
                note, key = _own_note(section)
                deck = (section.deck,) if section.deck else (*file.folders, title_of(file.name))
                self._add(IncomingNote(key, note, deck, where))
            except DraftError as error:
                self.refused.append(Refused(where, str(error)))

    def _take_found(self, file: MarkdownFile, found: Found, default: tuple[str, ...]) -> None:
        where = f"{file.name}:{found.line}"
        try:
            if found.fault:
                raise DraftError(found.fault)
            texts = {"question": found.question, "answer": found.answer, "cloze": found.cloze}
            draft = Draft(texts, {"tags": found.tags}, "true" if found.reverse else "")
            key = found.key or found.cloze or found.question
            note = build_note(id_of(key, ID_PREFIX) if found.key else hashed_id(key, ID_PREFIX), draft)
            note = with_escaped_amounts(note)
            self._add(IncomingNote(key, note, found.deck or default, where, _cards(note, found)))
        except DraftError as error:
            self.refused.append(Refused(where, str(error)))
            return
        told = (_NO_SCHEDULE if found.placements is None else "", found.remark)
        self.remarks += [Refused(where, remark) for remark in told if remark]

    def _add(self, incoming: IncomingNote) -> None:
        if place := self._places.get(incoming.note.id):
            raise DraftError(
                f"the same note as at {place}, expected each once: give it an id of its own "
                "(<!-- id: name -->), or remove it"
            )
        self._places[incoming.note.id] = incoming.where
        self.notes.append(incoming)


_NO_SCHEDULE = (
    "the schedule of the card cannot be read, expected <!--SR:!2026-01-31,3,250-->: "
    "the card came without it; correct it to have it"
)


def _own_note(section: Section) -> tuple[Note, str]:
    draft = draft_of(section)
    key = section.id or draft.text("cloze") or draft.text("question")
    note_id = id_of(key, ID_PREFIX) if section.id else hashed_id(key, ID_PREFIX)
    return build_note(note_id, draft), key


def _cards(note: Note, found: Found) -> tuple[IncomingCard, ...]:
    """Return the cards of which the file has a schedule; it has them in the order of the faces."""
    pairs = zip(cards_of(note), found.placements or (), strict=False)
    return tuple(IncomingCard(card.face, placement=place) for card, place in pairs if place is not None)


def _front_matter(lines: Sequence[str]) -> tuple[str, int]:
    """Return the deck that the lines between two `---` at the top name, and the first line behind them."""
    if not lines or lines[0].strip() != "---":
        return "", 0
    end = next((i for i, line in enumerate(lines[1:], 1) if line.strip() == "---"), 0)
    matches: Iterator[re.Match[str] | None] = (_FRONT_DECK.fullmatch(line) for line in lines[1:end])
    deck = next((match["name"].strip() for match in matches if match), "")
    return deck, end + 1 if end else 0
