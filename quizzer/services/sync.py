"""Bringing the cards of the database in step with the decks."""

from __future__ import annotations

from quizzer.content.library import Library
from quizzer.core.card import card_key
from quizzer.core.introduction import introduce
from quizzer.storage.cards import CardEntry, read_fingerprint, sync_cards
from quizzer.storage.engine import Database


def sync(database: Database, library: Library) -> None:
    """Add, move, rename and orphan cards as the decks say; nothing is done where nothing has changed."""
    with database.reading() as connection:
        if read_fingerprint(connection) == library.fingerprint:
            return
    entries = [
        CardEntry(
            key=card.key,
            note_id=card.note.id,
            deck=deck.id,
            place=place,
            old_keys=tuple(card_key(old, card.face) for old in card.note.was),
        )
        for place, (deck, card) in enumerate(introduce(library.decks))
    ]
    with database.writing() as connection:
        sync_cards(connection, entries, library.fingerprint)
