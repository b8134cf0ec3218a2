"""The library: all decks, shipped and the learner's, as one value."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from quizzer.content.cache import LOADER_VERSION, ParsedCache
from quizzer.content.faults import Fault, nearest
from quizzer.content.files import SYLLABUS, UnreadableError, can_be_there, deck_paths, read_regular
from quizzer.content.locator import ContentRoots
from quizzer.content.overlay import Origin, join_root, lay_over
from quizzer.content.parsed import DeckFile, SyllabusFile
from quizzer.core.deck import Deck
from quizzer.core.introduction import in_learning_order
from quizzer.core.note import Note
from quizzer.core.syllabus import Syllabus
from quizzer.errors import ContentError

SHIPPED = "shipped"
LEARNER = "learner"
SYLLABUS_ROLE = "syllabus"


@dataclass(frozen=True, slots=True)
class Library:
    """All decks as a learner sees them; `origins` says where each note is written.

    `shadowed` says where those shipped notes are written that a note of the learner's stands before.

    `faulty_ids` are the ids of notes that stand in the files and were left out; with `has_unread`
    there are files of which nobody knows what ids they hold.
    """

    decks: tuple[Deck, ...]
    faults: tuple[Fault, ...] = ()
    fingerprint: str = ""
    syllabus: Syllabus = field(default_factory=Syllabus)
    syllabus_path: str = ""
    origins: Mapping[str, Origin] = field(default_factory=dict)
    shadowed: Mapping[str, Origin] = field(default_factory=dict)
    shipped_decks: frozenset[str] = frozenset()
    own_decks: frozenset[str] = frozenset()
    faulty_ids: frozenset[str] = frozenset()
    has_unread: bool = False
    _notes: dict[str, Note] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        notes = {note.id: note for deck in self.decks for note in deck.notes}
        object.__setattr__(self, "_notes", notes)

    def deck(self, deck_id: str) -> Deck:
        """Return the deck of that id.

        Raises:
            ContentError: If there is none.
        """
        for deck in self.decks:
            if deck.id == deck_id:
                return deck
        raise _unknown("deck", deck_id, (deck.id for deck in self.decks), "'quizzer deck list' names them")

    def get(self, note_id: str) -> Note | None:
        """Return the note of that id, None where there is none."""
        return self._notes.get(note_id)

    def note(self, note_id: str) -> Note:
        """Return the note of that id.

        Raises:
            ContentError: If there is none.
        """
        if found := self.get(note_id):
            return found
        raise _unknown("note", note_id, self._notes, "'quizzer deck list' names the decks")


@dataclass(frozen=True, slots=True)
class ContentFile:
    """A content file as found: its bytes and their digest, or the reason why there are none."""

    role: str
    path: Path
    data: bytes = b""
    digest: str = ""
    problem: str = ""

    @property
    def fault(self) -> Fault:
        """The reason as a fault."""
        return Fault(str(self.path), 1, 1, self.problem)


def load_library(roots: ContentRoots, cache_dir: Path | None) -> Library:
    """Return all decks; what is faulty is left out and told of in `faults`, nothing is raised."""
    files = _find(roots)
    cache = ParsedCache(cache_dir)
    faults = [file.fault for file in files if file.problem]
    found = [file for file in files if not file.problem]
    parsed = {role: _decks(found, role, cache, faults) for role in (SHIPPED, LEARNER)}
    shipped = join_root(parsed[SHIPPED], is_shipped=True)
    learner = join_root(parsed[LEARNER], is_shipped=False)
    syllabus = _syllabus(found, cache, faults)
    faults.extend(shipped.faults + learner.faults)
    return Library(
        decks=in_learning_order(lay_over(shipped, learner), syllabus),
        faults=tuple(sorted(faults, key=lambda fault: (fault.path, fault.line, fault.column))),
        fingerprint=_fingerprint(files),
        syllabus=syllabus,
        syllabus_path=str(roots.shipped_decks / SYLLABUS),
        origins=shipped.origins | learner.origins,
        shadowed={id_: shipped.origins[id_] for id_ in shipped.origins.keys() & learner.origins.keys()},
        shipped_decks=shipped.deck_ids,
        own_decks=learner.deck_ids,
        faulty_ids=shipped.faulty_ids | learner.faulty_ids,
        has_unread=any(file.problem for file in files if file.role != SYLLABUS_ROLE),
    )


def keep_parsed(cache_dir: Path, path: Path, data: bytes, parsed: DeckFile) -> None:
    """Keep what was read in a deck file of the learner's that holds `data`, so that it is not read again."""
    ParsedCache(cache_dir).put(LEARNER, str(path), hashlib.sha256(data).hexdigest(), parsed)


def fingerprint(roots: ContentRoots) -> str:
    """Return the fingerprint that the library of `roots` would have, without parsing.

    It covers the names of the files below their roots, not where the roots lie.
    """
    return _fingerprint(_find(roots))


def _fingerprint(files: Iterable[ContentFile]) -> str:
    lines = sorted(repr((file.role, file.path.name, file.digest, file.problem)) for file in files)
    text = "\n".join((LOADER_VERSION, *lines))
    return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()


def _find(roots: ContentRoots) -> list[ContentFile]:
    files = [*_find_in(roots.shipped_decks, SHIPPED), *_find_in(roots.learner_decks, LEARNER)]
    syllabus = roots.shipped_decks / SYLLABUS
    if can_be_there(syllabus):
        files.append(_read(syllabus, SYLLABUS_ROLE))
    return files


def _find_in(folder: Path, role: str) -> list[ContentFile]:
    try:
        paths = deck_paths(folder)
    except UnreadableError as error:
        return [ContentFile(role, folder, problem=str(error))]
    return [_read(path, role) for path in paths]


def _read(path: Path, role: str) -> ContentFile:
    try:
        data = read_regular(path)
    except UnreadableError as error:
        return ContentFile(role, path, problem=str(error))
    return ContentFile(role, path, data, hashlib.sha256(data).hexdigest())


def _decks(
    files: Iterable[ContentFile], role: str, cache: ParsedCache, faults: list[Fault]
) -> list[DeckFile]:
    decks = []
    for file in files:
        if file.role == role:
            deck = _deck(file, cache)
            faults.extend(deck.faults)
            decks.append(deck)
    return decks


def _deck(file: ContentFile, cache: ParsedCache) -> DeckFile:
    path = str(file.path)
    kept = cache.get(file.role, path, file.digest, DeckFile)
    if kept is not None:
        return kept
    # Imported here: YAML is not needed while every deck comes from the cache.
    from quizzer.content.deck_file import parse_deck

    parsed = parse_deck(file.data, path, is_shipped=file.role == SHIPPED)
    cache.put(file.role, path, file.digest, parsed)
    return parsed


def _syllabus(files: Iterable[ContentFile], cache: ParsedCache, faults: list[Fault]) -> Syllabus:
    for file in files:
        if file.role == SYLLABUS_ROLE:
            parsed = _parsed_syllabus(file, cache)
            faults.extend(parsed.faults)
            return parsed.syllabus
    return Syllabus()


def _parsed_syllabus(file: ContentFile, cache: ParsedCache) -> SyllabusFile:
    path = str(file.path)
    kept = cache.get(file.role, path, file.digest, SyllabusFile)
    if kept is not None:
        return kept
    from quizzer.content.syllabus_file import parse_syllabus

    parsed = parse_syllabus(file.data, path)
    cache.put(file.role, path, file.digest, parsed)
    return parsed


def _unknown(noun: str, name: str, names: Iterable[str], step: str) -> ContentError:
    near = nearest(name, list(names))
    hint = f"did you mean {near!r}? " if near else ""
    return ContentError(f"there is no {noun} {name!r}, expected one of the library: {hint}{step}")
