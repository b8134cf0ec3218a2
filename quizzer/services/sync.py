"""Bringing the cards of the database in step with the decks."""

from __future__ import annotations

from quizzer.content.library import Library
from quizzer.core.card import card_key
from quizzer.core.introduction import introduce
from quizzer.storage.card_reads import read_fingerprint
from quizzer.storage.database import Database


def sync(database: Database, library: Library) -> None:
    """Add, move, rename and orphan cards as the decks say; nothing is done where nothing has changed."""
    with database.peeking() as run:
        if read_fingerprint(run) == library.fingerprint:
            return
    from quizzer.storage.cards import CardEntry, Held, sync_cards  # SQLAlchemy: only when decks have changed

    entries = [
        CardEntry(
            key=card.key,
            note_id=card.note.id,
            deck=deck.id,
            place=place,
            old_keys=tuple(card_key(old, card.face) for old in card.note.was),
        )
        for place, (deck, card) in enumerate(introduce(library.decks, library.syllabus))
    ]
    held = Held(library.faulty_ids, library.has_unread)
    with database.writing() as connection:
        sync_cards(connection, entries, library.fingerprint, held)
