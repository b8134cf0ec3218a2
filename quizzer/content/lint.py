"""What is wrong with decks that load: names that lead nowhere, text that is read otherwise than meant.

Of shipped decks more is asked: that they are good to learn from, as far as a program can tell, and whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from quizzer.content.faults import Fault, nearest
from quizzer.content.files import UnreadableError
from quizzer.content.library import Library
from quizzer.content.likeness import like_pairs
from quizzer.content.media import read_media
from quizzer.content.note_copy import has_original_changed
from quizzer.content.note_places import Keys, NotePlaces
from quizzer.content.note_quality import quality_findings, texts_of
from quizzer.core.note import Note
from quizzer.markup.clean import clean_line
from quizzer.markup.media_label import path_of
from quizzer.markup.prices import PRICE, find_prices
from quizzer.markup.prose import shown_files

CHANGED = (
    "the shipped note has changed since this copy was made, expected the same one: compare them, then remove "
    "this note, or the line 'original' to keep it"
)


def lint(library: Library) -> tuple[Fault, ...]:
    """Return what is found in the notes of `library`, by place."""
    findings = list(_Linter(library).findings())
    return tuple(sorted(findings, key=lambda fault: (fault.path, fault.line, fault.column)))


class _Linter:
    def __init__(self, library: Library) -> None:
        self._library = library
        self._places = NotePlaces()
        self._topics = library.syllabus.topic_ids()

    def findings(self) -> Iterator[Fault]:
        yield from self._note_findings()
        yield from self._likeness_findings()
        yield from self._coverage_findings()

    def _note_findings(self) -> Iterator[Fault]:
        claimed: dict[str, str] = {}
        for note_id, origin in self._library.origins.items():
            note = self._library.get(note_id)
            if note is None:
                continue
            findings = [*self._topic_findings(note), *self._was_findings(note, claimed)]
            if note.original and has_original_changed(note, self._library.shadowed):
                findings.append((("original",), CHANGED))
            findings += _media_findings(note, Path(origin.path).parent)
            if origin.is_shipped:
                findings += quality_findings(note)
            for keys, message in findings:
                yield self._fault(note, keys, message)
            for keys, offset in _prices(note):
                place = self._places.find(origin, note_id, keys, PRICE, offset)
                message = r"'$' before a digit that is no math, expected $...$ or an amount: write \$"
                yield Fault(origin.path, place.line, place.column, message)

    def _likeness_findings(self) -> Iterator[Fault]:
        shipped = (id_ for id_, origin in self._library.origins.items() if origin.is_shipped)
        notes = [note for id_ in shipped if (note := self._library.get(id_)) is not None]
        for note, other in like_pairs(notes):
            found = f"{note.id!r} asks nearly what {other.id!r} asks"
            yield self._fault(
                note, ("id",), f"{found}, expected one note a fact: remove or sharpen one of both"
            )

    def _coverage_findings(self) -> Iterator[Fault]:
        """Yield the topics that no note answers, where there are shipped decks that should."""
        if not self._library.shipped_decks:
            return
        answered = {topic for deck in self._library.decks for note in deck.notes for topic in note.topics}
        for area in self._library.syllabus.areas:
            for topic in area.topics:
                if topic.id not in answered:
                    message = f"no note answers {topic.id!r}, expected one at least: write it"
                    yield Fault(self._library.syllabus_path, topic.line, 1, message)

    def _fault(self, note: Note, keys: Keys, message: str) -> Fault:
        origin = self._library.origins[note.id]
        place = self._places.find(origin, note.id, keys)
        return Fault(origin.path, place.line, place.column, message)

    def _topic_findings(self, note: Note) -> Iterator[tuple[Keys, str]]:
        if not self._topics:
            return
        for index, topic in enumerate(note.topics):
            if topic not in self._topics:
                yield ("topics", index), self._unknown_topic(topic)

    def _unknown_topic(self, topic: str) -> str:
        found = f"there is no topic {topic!r}, expected one of the syllabus"
        if kept := self._library.syllabus.merged.get(topic):
            return f"{found}: write {kept!r}, which took it in"
        near = nearest(topic, sorted(self._topics))
        return f"{found}: write {near!r}" if near else f"{found}: correct or remove it"

    def _was_findings(self, note: Note, claimed: dict[str, str]) -> Iterator[tuple[Keys, str]]:
        for index, old in enumerate(note.was):
            keys: Keys = ("was", index)
            first = claimed.setdefault(old, note.id)
            if self._library.get(old) is not None:
                yield (
                    keys,
                    f"was names {old!r}, which is a note, expected an old id: remove it here or that note",
                )
            elif first != note.id:
                yield (
                    keys,
                    f"{old!r} is also in was of {first!r}, expected one note: remove it from one of both",
                )


def _media_findings(note: Note, folder: Path) -> Iterator[tuple[Keys, str]]:
    """Yield the files that the note shows and an export could not take along."""
    for keys, text in texts_of(note):
        for path in filter(None, map(path_of, shown_files(text))):
            try:
                read_media(folder, path)
            except UnreadableError as error:
                yield keys, f"{clean_line(path)!r} is shown here: {error}"


def _prices(note: Note) -> Iterator[tuple[Keys, int]]:
    for keys, text in texts_of(note):
        source = note.question if keys == ("cloze",) else text
        for offset in find_prices(source, inline=keys[0] in ("choices", "points")):
            yield keys, offset
