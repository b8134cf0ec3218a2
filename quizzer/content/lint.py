"""What is wrong with decks that load: names that lead nowhere and text that is read otherwise than meant."""

from __future__ import annotations

from collections.abc import Iterator

from quizzer.content.faults import Fault, nearest
from quizzer.content.library import Library
from quizzer.content.note_places import Keys, NotePlaces
from quizzer.core.note import Note, NoteKind
from quizzer.markup.prices import PRICE, find_prices


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
        claimed: dict[str, str] = {}
        for note_id, origin in self._library.origins.items():
            note = self._library.get(note_id)
            if note is None:
                continue
            for keys, message in (*self._topic_findings(note), *self._was_findings(note, claimed)):
                place = self._places.find(origin, note_id, keys)
                yield Fault(origin.path, place.line, place.column, message)
            for keys, offset in _prices(note):
                place = self._places.find(origin, note_id, keys, PRICE, offset)
                message = r"'$' before a digit that is no math, expected $...$ or an amount: write \$"
                yield Fault(origin.path, place.line, place.column, message)

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


def _prices(note: Note) -> Iterator[tuple[Keys, int]]:
    for keys, text in _texts(note):
        for offset in find_prices(text, inline=keys[0] in ("choices", "points")):
            yield keys, offset


def _texts(note: Note) -> Iterator[tuple[Keys, str]]:
    yield ("cloze" if note.kind is NoteKind.CLOZE else "q",), note.question
    yield ("a",), note.answer
    yield ("pitfall",), note.pitfall
    yield from ((("points", i), text) for i, text in enumerate(note.points))
    if note.choices:
        yield ("choices", "right"), note.choices.right
        yield from ((("choices", "wrong", i), text) for i, text in enumerate(note.choices.wrong))
