"""Where notes that come in are written: one deck file for each deck of the source, or all in one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from quizzer.content.decoding import storable
from quizzer.content.library import Library
from quizzer.content.scalar_rules import IS_ID
from quizzer.content.shapes import MAX_ID, MAX_LINE, MAX_TEXT
from quizzer.content.slugs import slug
from quizzer.core.deck import Deck
from quizzer.errors import ContentError
from quizzer.exchange.incoming import Incoming
from quizzer.markup.clean import clean_line

HASH_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Target:
    """A deck of the learner's, and its file, which need not exist."""

    deck: Deck
    path: Path
    has_title: bool = True


class Targets:
    """Finds the deck of the learner's for each deck of the source."""

    def __init__(self, library: Library, folder: Path, incoming: Incoming, deck: str | None) -> None:
        """Find decks in `folder`; all notes go into `deck`, if one is named.

        Raises:
            ContentError: If `deck` cannot be the name of one.
        """
        self._library = library
        self._folder = folder
        self._described = {described.path: described for described in incoming.decks}
        self._used = {note.deck for note in incoming.notes}
        self._own = _own_files(library, folder)
        self._is_one = deck is not None
        if deck is None:
            self._paths = self._names(incoming)
        else:
            self._paths = dict.fromkeys(_paths_of(incoming), _checked(deck))

    def of(self, path: tuple[str, ...]) -> Target:
        """Return the target of the source's deck `path`."""
        deck_id = self._paths[path]
        described = None if self._is_one else self._described.get(path)
        title = deck_id.replace("-", " ").capitalize() if self._is_one else _title(path)
        if described is not None:
            # The source is an export of ours: what its deck files held stays as it is.
            tags = tuple(filter(None, map(_line, described.tags)))
            about = storable(described.description)[:MAX_TEXT]
            deck = Deck(deck_id, _line(described.title) or title, "", (), about, tags)
        else:
            deck = Deck(deck_id, title, "")
        return self._target(deck)

    def named(self, deck_id: str) -> Target:
        """Return the target of the deck `deck_id`, in which a shipped note stands."""
        return self._target(Deck(deck_id, "", ""))

    def empty(self) -> list[Target]:
        """Return the targets of described decks that are nowhere yet and get no note."""
        targets = (
            [] if self._is_one else [self.of(path) for path in self._described if path not in self._used]
        )
        return [t for t in targets if t.has_title and t.deck.id not in self._own]

    def next_part(self, target: Target, number: int) -> Target:
        """Return where the deck goes on when its file is full; parts count from 2."""
        deck = Deck(f"{target.deck.id[: MAX_ID - 5]}-{number}", f"{target.deck.title} ({number})", "")
        return self._target(deck)

    def _target(self, deck: Deck) -> Target:
        is_over = deck.id in self._library.shipped_decks
        path = self._own.get(deck.id, self._folder / f"{deck.id}.yaml")
        if is_over:
            # What the shipped deck says of itself is not said again.
            ours = self._library.deck(deck.id)
            tags = tuple(tag for tag in deck.tags if tag not in ours.tags)
            description = "" if deck.description == ours.description else deck.description
            return Target(Deck(deck.id, deck.title, "", (), description, tags), path, has_title=False)
        return Target(deck, path)

    def _names(self, incoming: Incoming) -> dict[tuple[str, ...], str]:
        """Return an id for each deck of the source: two of them never share one."""
        names = self._kept_names(incoming)
        taken = set(names.values())
        for path in _paths_of(incoming):
            if path in names:
                continue
            described = self._described.get(path)
            name = described.id if described is not None else slug(" ".join(path))
            if not IS_ID.fullmatch(name) or len(name) > MAX_ID:
                name = slug(name)
            if not name or name in taken:
                name = _hashed_name(name, path)
            taken.add(name)
            names[path] = name
        return names

    def _kept_names(self, incoming: Incoming) -> dict[tuple[str, ...], str]:
        """Return the ids of decks that an import has brought before, whichever came first then."""
        names: dict[tuple[str, ...], str] = {}
        for path in _paths_of(incoming):
            name = slug(" ".join(path))
            own = self._library.own_decks
            if path in self._described:
                continue
            if (hashed := _hashed_name(name, path)) in own:
                names[path] = hashed
            elif (
                name in own and name not in names.values() and self._library.deck(name).title == _title(path)
            ):
                names[path] = name
        return names


def _hashed_name(name: str, path: tuple[str, ...]) -> str:
    digest = hashlib.sha256("\0".join(path).encode(errors="replace")).hexdigest()[:HASH_DIGITS]
    return f"{name or 'deck'}-{digest}"


def _paths_of(incoming: Incoming) -> list[tuple[str, ...]]:
    described = [deck.path for deck in incoming.decks]
    return list(dict.fromkeys([*described, *(note.deck for note in incoming.notes)]))


def _title(path: tuple[str, ...]) -> str:
    return _line(clean_line("::".join(path))) or "Imported"


def _line(text: str) -> str:
    """Return a text as a deck file may have it where it wants one line."""
    return storable(text).replace("\n", " ")[:MAX_LINE].rstrip()


def _checked(name: str) -> str:
    if IS_ID.fullmatch(name) and len(name) <= MAX_ID:
        return name
    proposal = slug(name)
    step = f"try {proposal!r}" if proposal else "use Latin letters"
    raise ContentError(
        f"{name!r} is no name for a deck, expected lower-case letters, digits and single hyphens: {step}"
    )


def _own_files(library: Library, folder: Path) -> Mapping[str, Path]:
    """Return the file of each of the learner's decks that has one with a note in it, or is not laid over."""
    files: dict[str, Path] = {}
    for deck in library.decks:
        if deck.id not in library.own_decks:
            continue
        if deck.id not in library.shipped_decks:
            files[deck.id] = Path(deck.path)
            continue
        for note in deck.notes:
            origin = library.origins.get(note.id)
            if origin is not None and not origin.is_shipped and Path(origin.path).parent == folder:
                files[deck.id] = Path(origin.path)
                break
    return files
