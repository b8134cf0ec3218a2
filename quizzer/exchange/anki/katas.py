"""Katas as notes of Anki's: what is to be written, and the command that grades it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from quizzer.core.deck import Deck
from quizzer.core.kata import kata_card_key
from quizzer.core.note import Level, Note, NoteKind
from quizzer.exchange.anki.identity import deck_id, guid_of
from quizzer.exchange.anki.media import Media, read_no_media
from quizzer.exchange.anki.notes import AnkiNote
from quizzer.exchange.anki.rendering import NoStore, Part, PartRenderer, RenderedStore

KATA_DECK = Deck("kata/", "Katas", "", description="Programs to write from a blank file, graded by quizzer.")
"""The deck of katas: no deck of notes can have its id."""


@dataclass(frozen=True, slots=True)
class KataPage:
    """What is said of a kata before it is written; `prompt` is Markdown."""

    slug: str
    title: str
    level: Level
    par_minutes: int
    topics: tuple[str, ...]
    prompt: str


def to_kata_notes(
    katas: Iterable[KataPage], topic_titles: Mapping[str, str], store: RenderedStore | None = None
) -> Iterator[AnkiNote]:
    """Yield a note for each kata. Its id is the key of its card here, which no note can have."""
    pages = list(katas)
    if not pages:
        return
    notes = [_note(page) for page in pages]
    deck = Deck(KATA_DECK.id, KATA_DECK.title, "", tuple(notes), tags=("kata",))
    renderer = PartRenderer(
        Part(deck.id, deck, deck.notes), topic_titles, Media(read_no_media), store or NoStore()
    )
    for note in notes:
        yield AnkiNote(
            note_id=note.id,
            guid=guid_of(note.id, is_cloze=False),
            oldest_id=note.id,
            deck_id=deck_id(KATA_DECK.id),
            is_cloze=False,
            rendered=renderer.render(note),
        )
    renderer.close()


def _note(page: KataPage) -> Note:
    return Note(
        kata_card_key(page.slug),
        NoteKind.BASIC,
        f"**Kata: {page.title}**\n\n{_without_heading(page.prompt, page.title)}",
        "Write it from a blank file, within about "
        f"{page.par_minutes} minutes, and have it graded in a terminal:\n\n"
        f"```\nquizzer kata {page.slug}\n```\n\n"
        "Again if it did not pass, or you had to look at the reference; Hard if it took hints or far longer.",
        level=page.level,
        topics=page.topics,
        kata=page.slug,
    )


def _without_heading(prompt: str, title: str) -> str:
    first, _, rest = prompt.strip().partition("\n")
    return rest.strip() if first.lstrip("# ").strip() == title.strip() and first.startswith("#") else prompt
