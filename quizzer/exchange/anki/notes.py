"""Our notes as Anki's: who they are, where they stand, and what they show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from quizzer.core.deck import Deck
from quizzer.core.note import NoteKind
from quizzer.exchange.anki.identity import deck_id, deck_titles, guid_of, oldest_ids
from quizzer.exchange.anki.media import Media, read_no_media
from quizzer.exchange.anki.rendering import (
    SEPARATOR,
    NoStore,
    PartRenderer,
    Rendered,
    RenderedStore,
    parts_of,
)
from quizzer.markup.clean import clean_line
from quizzer.markup.html import render_html


@dataclass(frozen=True, slots=True)
class AnkiDeck:
    """A deck in Anki; `description` is HTML."""

    id: int
    name: str
    description: str


@dataclass(frozen=True, slots=True)
class AnkiNote:
    """A note as it stands in a package.

    `oldest_id` is what its GUID hangs on.
    """

    note_id: str
    guid: str
    oldest_id: str
    deck_id: int
    is_cloze: bool
    rendered: Rendered

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of its type."""
        return tuple(self.rendered.fields.decode().split(SEPARATOR))

    @property
    def tags(self) -> tuple[str, ...]:
        """Its tags, as Anki keeps them."""
        return self.rendered.tags

    @property
    def ordinals(self) -> tuple[int, ...]:
        """Which templates (or clozes) make its cards."""
        return self.rendered.ordinals

    @property
    def content_hash(self) -> str:
        """A digest of all that an import brings to a note that is there already."""
        return self.rendered.content_hash


def to_anki_decks(decks: Sequence[Deck]) -> tuple[AnkiDeck, ...]:
    """Return the decks under the names they have in Anki."""
    names = deck_titles(decks, {deck.id: clean_line(deck.title) for deck in decks})
    return tuple(AnkiDeck(deck_id(deck.id), names[deck.id], _description(deck)) for deck in decks)


def to_anki_notes(
    decks: Sequence[Deck],
    topic_titles: Mapping[str, str],
    chosen: Iterable[str],
    media: Media | None = None,
    store: RenderedStore | None = None,
) -> Iterator[AnkiNote]:
    """Yield the notes whose ids are `chosen`, deck by deck in their order.

    Args:
        decks: All decks, those without a chosen note too: GUIDs follow from the whole.
        topic_titles: The title of each topic of the syllabus by its id.
        chosen: Ids of notes.
        media: Finds the files that notes show, and gathers them.
        store: What was rendered before.
    """
    oldest = oldest_ids(decks)
    wanted = frozenset(chosen)
    for part in (part for deck in decks for part in parts_of(deck)):
        notes = [note for note in part.notes if note.id in wanted]
        if not notes:
            continue
        its_id = deck_id(part.deck.id)
        renderer = PartRenderer(part, topic_titles, media or Media(read_no_media), store or NoStore())
        for note in notes:
            is_cloze = note.kind is NoteKind.CLOZE
            yield AnkiNote(
                note_id=note.id,
                guid=guid_of(oldest[note.id], is_cloze=is_cloze),
                oldest_id=oldest[note.id],
                deck_id=its_id,
                is_cloze=is_cloze,
                rendered=renderer.render(note),
            )
        renderer.close()


def _description(deck: Deck) -> str:
    return render_html(deck.description) if deck.description else ""
