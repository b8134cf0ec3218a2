"""Decides what becomes of each note that comes in: new, changed, unchanged, older, kept or refused."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from quizzer.content.deck_file import parse_deck
from quizzer.content.faults import nearest
from quizzer.content.library import Library
from quizzer.content.note_copy import hash_source, read_source
from quizzer.content.note_yaml import hash_note, hash_stored, write_note
from quizzer.content.originals import Original, read_original
from quizzer.core.counted import counted
from quizzer.core.note import Note
from quizzer.core.note_fields import as_stored
from quizzer.exchange.incoming import IncomingNote, Refused
from quizzer.services.import_plan import Fate


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a note; `note` is what will stand, `mine` what stands now."""

    incoming: IncomingNote
    fate: Fate
    note: Note
    mine: Note | None = None


class NoteDecider:
    """Compares notes that come in with those that are here; `arriving` are the ids of all that come."""

    def __init__(self, library: Library, *, overwrite: bool, arriving: Collection[str] = frozenset()) -> None:
        self._library = library
        self._arriving = arriving
        self._overwrite = overwrite
        self._renamed = {
            old: note.id
            for deck in library.decks
            for note in deck.notes
            for old in note.was
            if library.get(old) is None
        }
        self._topics, self._merged = library.syllabus.topic_ids(), library.syllabus.merged
        self._taken: dict[str, str] = {}
        self._unknown_topics: dict[str, list[str]] = {}
        self._claimed = dict(self._renamed)

    def mine(self, note_id: str) -> Note | None:
        """Return the note that stands here for one of that id, which the learner may have renamed."""
        return self._library.get(self._renamed.get(note_id, note_id))

    def decide(self, incoming: IncomingNote, note: Note) -> Decision | Refused:
        """Return what becomes of the note `incoming`, whose text is that of `note`."""
        note_id = self._renamed.get(note.id, note.id)
        if first := self._taken.get(note_id):
            return Refused(
                incoming.where, f"the id {note_id!r} is also that of {first}: give each note a key of its own"
            )
        if note_id in self._library.faulty_ids and self._library.get(note_id) is None:
            return Refused(
                incoming.where,
                f"{note_id!r} stands in your decks and has a fault: mend it with 'quizzer deck lint'",
            )
        self._taken[note_id] = incoming.where
        mine = self._library.get(note_id)
        fitted = self._fitted(as_stored(note), note_id, mine)
        decision = self._decide(incoming, fitted, mine)
        if decision.fate in (Fate.NEW, Fate.CHANGED):
            for topic in note.topics:
                if self._merged.get(topic, topic) not in fitted.topics:
                    self._unknown_topics.setdefault(topic, []).append(incoming.where)
        return decision

    def remarks(self) -> Iterator[Refused]:
        """Yield, for each topic that notes named and the syllabus does not have, what became of it."""
        for topic, places in self._unknown_topics.items():
            near = nearest(topic, sorted(self._topics))
            step = f"did you mean '{near}'?" if near else "'quizzer syllabus' lists the topics"
            lost = f"was left out of {counted(len(places), 'note')}"
            yield Refused(places[0], f"the topic '{topic}' is none of the syllabus and {lost}: {step}")

    def _decide(self, incoming: IncomingNote, note: Note, mine: Note | None) -> Decision:
        came = hash_stored(note)
        mark = Original("", came, incoming.changed_at_s)
        if incoming.is_copy:
            mark = replace(read_original(incoming.note.original), copied=came)
        if mine is None:
            return Decision(incoming, Fate.NEW, replace(note, original=str(mark)))
        origin = self._library.origins[mine.id]
        shadowed = self._library.shadowed.get(mine.id)
        is_theirs = origin.is_shipped or shadowed is not None
        own, had = hash_note(mine), read_original(mine.original)
        before = had.known_content(is_copy=incoming.is_copy)
        if own == came or (incoming.is_shipped and is_theirs):
            return Decision(incoming, Fate.UNCHANGED, mine, mine)
        if before == came and not self._overwrite:
            return Decision(incoming, Fate.UNCHANGED, mine, mine)  # the learner has edited it, the source not
        if 0 < incoming.changed_at_s < had.changed_at_s and not self._overwrite:
            return Decision(incoming, Fate.OLDER, mine, mine)
        is_edited = own != before and not origin.is_shipped
        if is_edited and not self._overwrite:
            return Decision(incoming, Fate.KEPT, mine, mine)
        shipped = self._shipped_hash(mine) if origin.is_shipped else had.shipped or mark.shipped
        written = replace(note, original=str(replace(mark, shipped=shipped)))
        return Decision(incoming, Fate.CHANGED, written, mine)

    def _fitted(self, note: Note, note_id: str, mine: Note | None) -> Note:
        """Return the note with the id and topics it has here, without names that lead nowhere here."""
        named = dict.fromkeys(self._merged.get(topic, topic) for topic in note.topics)
        topics = tuple(topic for topic in named if not self._topics or topic in self._topics)
        was = [] if mine is None else list(mine.was)
        for old in note.was:
            is_no_note = self._library.get(old) is None and old not in self._arriving
            is_free = is_no_note and self._claimed.get(old, note_id) == note_id
            if old != note_id and old not in was and is_free:
                was.append(old)
        for old in was:
            self._claimed[old] = note_id
        if (note.id, note.topics, note.was) == (note_id, topics, tuple(was)):
            return note
        return replace(note, id=note_id, topics=topics, was=tuple(was))

    def _shipped_hash(self, note: Note) -> str:
        source = read_source(Path(self._library.origins[note.id].path), note.id)
        return "" if source is None else hash_source(source)


def check_notes(decisions: Iterable[Decision]) -> Iterator[Decision | Refused]:
    """Yield the decisions; one whose note the loader would not read as it is becomes a refusal.

    All are read as one deck first: only of a note that does not come back it is asked why.
    """
    decisions = list(decisions)
    written = [d for d in decisions if d.fate in (Fate.NEW, Fate.CHANGED)]
    sound = _read_back(d.note for d in written)
    for decision in decisions:
        note = decision.note
        if decision.fate in (Fate.NEW, Fate.CHANGED) and sound.get(note.id) != note:
            yield Refused(decision.incoming.where, _reason(note))
        else:
            yield decision


def _read_back(notes: Iterable[Note]) -> Mapping[str, Note]:
    file = parse_deck(_deck_of(notes), "", is_shipped=False)
    return {note.id: replace(note, line=0) for note in file.deck.notes} if file.deck else {}


def _deck_of(notes: Iterable[Note]) -> bytes:
    items = []
    for note in notes:
        lines = write_note(note).split("\n")
        items.append("  -\n" + "\n".join(f"    {line}" if line else "" for line in lines))
    text = "\n".join(["deck: x", "notes:" if items else "notes: []", *items, ""])
    return text.encode(errors="replace")


def _reason(note: Note) -> str:
    try:
        write_note(note).encode()
    except UnicodeEncodeError:
        return "a text holds what is no character, expected UTF-8: mend it in the source"
    file = parse_deck(_deck_of([note]), "", is_shipped=False)
    if file.faults:
        return file.faults[0].message
    return "it cannot be written to a deck file as it is: simplify its texts in the source"
