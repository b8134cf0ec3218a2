"""What is wrong with katas that load: names that lead nowhere, and too few mistakes to be told apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from quizzer.content.faults import Fault, Place, nearest
from quizzer.content.kata_folder import KataFile
from quizzer.content.kata_names import KATA_FILE
from quizzer.content.library import Library
from quizzer.content.tree_reader import Entry
from quizzer.core.kata import Kata

FEWEST_MISTAKES = 8


def lint_kata(file: KataFile, library: Library) -> tuple[Fault, ...]:
    """Return what is found in a kata: its own faults, or, where it loads, names that lead nowhere."""
    if file.kata is None or file.entry is None:
        return file.faults
    return tuple(_Linter(file, file.kata, file.entry, library).findings())


class _Linter:
    def __init__(self, file: KataFile, kata: Kata, entry: Entry, library: Library) -> None:
        self._file = file
        self._kata = kata
        self._entry = entry
        self._library = library
        self._path = f"{kata.folder}/{KATA_FILE}"

    def findings(self) -> Iterator[Fault]:
        """Yield what is found, `kata.yaml` first."""
        yield from self._unknown("topics", self._kata.topics, self._library.syllabus.topic_ids(), "topic")
        yield from self._unknown("cards", self._kata.cards, self._note_ids(), "note")
        yield from self._gates()
        count = len(self._kata.mistakes)
        if count < FEWEST_MISTAKES:
            found = f"the kata has {count} mistakes, expected at least {FEWEST_MISTAKES} plausible ones"
            yield self._at(Place(), f"{found}: write what learners get wrong into mistakes/")
        for mistake in self._kata.mistakes:
            for note in mistake.notes:
                if message := _unknown(note, self._note_ids(), "note"):
                    yield Fault(str(self._file.mistake_paths[mistake.name]), 1, 1, message)

    def _note_ids(self) -> frozenset[str]:
        return frozenset(note.id for deck in self._library.decks for note in deck.notes)

    def _unknown(self, field: str, names: Iterable[str], known: frozenset[str], noun: str) -> Iterator[Fault]:
        for index, name in enumerate(names):
            if known and (message := _unknown(name, known, noun)):
                yield self._at(self._entry.item_place(field, index), message)

    def _gates(self) -> Iterator[Fault]:
        names = frozenset(mistake.name for mistake in self._kata.mistakes)
        for gate in self._kata.gates:
            if message := _unknown(gate.misconception, names, "mistake"):
                entry: Entry = self._entry.values["gates"].values[gate.kind.value]
                yield self._at(entry.place("misconception"), message)

    def _at(self, place: Place, message: str) -> Fault:
        return Fault(self._path, place.line, place.column, message)


def _unknown(name: str, known: frozenset[str], noun: str) -> str:
    if name in known:
        return ""
    near = nearest(name, sorted(known))
    step = f"write {near!r}" if near else f"correct it, or write the {noun}"
    return f"there is no {noun} {name!r}, expected one that exists: {step}"
