"""Notes rendered for Anki, and those kept that were rendered before."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from operator import attrgetter
from typing import Protocol

from quizzer.core.card import faces_of
from quizzer.core.deck import Deck
from quizzer.core.note import Note, NoteKind
from quizzer.exchange.anki.media import Media
from quizzer.markup.clean import clean_line

SEPARATOR = "\x1f"
"""What Anki keeps between the fields of a note."""

_NO_TAG = re.compile(r"[\s\"'<>&\x00-\x1f]+")
_KEY_BYTES = 16
_PART_NOTES = 250
_KEPT_TAGS = 4096  # a deck has few tags, and many notes of each
# Where a note stands says nothing of what it shows.
_shown = attrgetter(*(field.name for field in fields(Note) if field.name not in ("line", "original")))


@dataclass(frozen=True, slots=True)
class Rendered:
    """What an import brings of a note, as Anki stores it.

    `fields` are bytes of UTF-8, as the cache and the package hold them: an export that changes nothing makes
    no text of them. `ordinals` are the templates (or clozes) that make its cards; `media` are the addresses
    of files in its texts, each with its name in the package, "" for one that is not taken along.
    """

    fields: bytes
    tags: tuple[str, ...]
    ordinals: tuple[int, ...]
    content_hash: str
    media: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """Notes of a deck that are rendered and kept together, under this key."""

    key: str
    deck: Deck
    notes: tuple[Note, ...]


def parts_of(deck: Deck) -> tuple[Part, ...]:
    """Return the deck in parts; a note that comes between others moves one of each part to the next."""
    if len(deck.notes) <= _PART_NOTES:
        return (Part(deck.id, deck, deck.notes),)
    starts = range(0, len(deck.notes), _PART_NOTES)
    return tuple(Part(f"{deck.id}/{at}", deck, deck.notes[at : at + _PART_NOTES]) for at in starts)


class RenderedStore(Protocol):
    """Keeps rendered notes, a part's together, from one export to the next; it may forget any."""

    def get(self, key: str) -> dict[bytes, Rendered]:
        """Return what is kept of a part."""

    def put(self, key: str, rendered: dict[bytes, Rendered]) -> None:
        """Keep this of a part, and nothing else."""


class NoStore:
    """Keeps nothing."""

    def get(self, key: str) -> dict[bytes, Rendered]:
        """Return nothing."""
        return {}

    def put(self, key: str, rendered: dict[bytes, Rendered]) -> None:
        """Forget it."""


class PartRenderer:
    """Renders the notes of a part; `close` keeps what it rendered.

    A note is looked up by the digest of all that its rendering depends on, files in its texts aside: what
    those are called now is compared.
    """

    def __init__(
        self, part: Part, topic_titles: Mapping[str, str], media: Media, store: RenderedStore
    ) -> None:
        import msgspec

        self._part = part
        self._topic_titles = topic_titles
        self._media = media
        self._store = store
        self._encoder = msgspec.msgpack.Encoder()
        self._kept = store.get(part.key)
        self._used: dict[bytes, Rendered] = {}
        self._is_changed = False

    def render(self, note: Note) -> Rendered:
        """Return the note as it stands in a package."""
        key = self._key(note)
        rendered = self._kept.get(key)
        if rendered is None or any(
            self._media.name(note.id, address) != name for address, name in rendered.media
        ):
            rendered = self._rendered(note)
            self._is_changed = True
        self._used[key] = rendered
        return rendered

    def close(self) -> None:
        """Keep what was rendered, and of the rest no more than the part has notes."""
        if self._is_changed:
            rest = self._kept if len(self._kept) <= len(self._part.notes) else {}
            self._store.put(self._part.key, {**rest, **self._used})

    def _key(self, note: Note) -> bytes:
        titles = [self._topic_titles.get(topic, topic) for topic in note.topics]
        known = self._encoder.encode((_shown(note), self._part.deck.tags, titles))
        return hashlib.blake2b(known, digest_size=_KEY_BYTES).digest()

    def _rendered(self, note: Note) -> Rendered:
        from quizzer.exchange.anki.fields import render_fields  # Markdown: not while nothing has changed

        named: dict[str, str] = {}

        def name_media(address: str) -> str | None:
            named[address] = self._media.name(note.id, address)
            return named[address] or None

        shown = SEPARATOR.join(render_fields(note, self._topic_titles, name_media))
        tags = _tags(note, self._part.deck)
        kind = "cloze" if note.kind is NoteKind.CLOZE else "question"
        content_hash = hashlib.sha256(SEPARATOR.join((kind, shown, *tags)).encode()).hexdigest()
        return Rendered(shown.encode(), tags, _ordinals(note), content_hash, tuple(named.items()))


def _ordinals(note: Note) -> tuple[int, ...]:
    if note.kind is NoteKind.CLOZE:
        return tuple(int(face[1:]) - 1 for face in faces_of(note))
    return tuple(range(len(faces_of(note))))


def _tags(note: Note, deck: Deck) -> tuple[str, ...]:
    return tuple(sorted({_tag(tag) for tag in _all_tags(note, deck)}))


def _all_tags(note: Note, deck: Deck) -> Iterator[str]:
    yield from note.tags
    yield from deck.tags
    if note.level:
        yield f"level::{note.level.value}"
    for topic in note.topics:
        yield f"topic::{topic}"


@lru_cache(_KEPT_TAGS)
def _tag(text: str) -> str:
    """Return a tag as Anki keeps it: spaces would part it."""
    return unicodedata.normalize("NFC", _NO_TAG.sub("-", clean_line(text))).strip("-:") or "tag"
