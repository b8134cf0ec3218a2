"""Which cards a session is about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from quizzer.content.library import Library
from quizzer.core.card import cards_of
from quizzer.core.note import Level
from quizzer.errors import UsageError


@dataclass(frozen=True, slots=True)
class Selection:
    """Decks, tags and levels to choose cards by; an empty one chooses everything."""

    decks: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    levels: tuple[Level, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is left out."""
        return bool(self.decks or self.tags or self.levels)


def make_filter(selection: Selection, library: Library) -> Callable[[str], bool]:
    """Return a test of card keys for `selection`.

    Raises:
        ContentError: If a deck does not exist (the nearest is named).
        UsageError: If no card has a tag or level that is asked for.
    """
    if not selection:
        return lambda _: True
    decks = [library.deck(name) for name in selection.decks] or list(library.decks)
    keys = {
        card.key
        for deck in decks
        for note in deck.notes
        if _has_any(selection.tags, (*note.tags, *deck.tags)) and _has_any(selection.levels, (note.level,))
        for card in cards_of(note)
    }
    if not keys:
        asked = ", ".join([*selection.decks, *selection.tags, *selection.levels])
        tags = sorted(
            {tag for deck in decks for tag in (*deck.tags, *(t for n in deck.notes for t in n.tags))}
        )
        known = f"the tags are {', '.join(tags)}" if tags else "there are no tags"
        raise UsageError(f"no card fits {asked}; {known}. Ask for less.")
    return keys.__contains__


def _has_any(wanted: tuple[str, ...], present: tuple[str | None, ...]) -> bool:
    return not wanted or any(name in present for name in wanted)
