"""The official client of Anki: what it makes of our packages is what counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest
from anki.import_export_pb2 import IMPORT_ANKI_PACKAGE_UPDATE_CONDITION_IF_NEWER

from quizzer.services.export import Exported

if TYPE_CHECKING:
    from anki.cards import Card  # whose module cannot be imported first

Export = Callable[..., Exported]


@dataclass(frozen=True, slots=True)
class Log:
    """How the client's import took the notes of a package."""

    new: int = 0
    updated: int = 0
    duplicate: int = 0
    conflicting: int = 0


@dataclass(frozen=True, slots=True)
class Client:
    """A collection of the client's, with the settings that its import starts with."""

    collection: Collection

    def take(self, package: Path, *, with_history: bool = False) -> Log:
        """Import a package, with the learning progress in it or without, and return the log."""
        options = ImportAnkiPackageOptions(
            merge_notetypes=False,
            update_notes=IMPORT_ANKI_PACKAGE_UPDATE_CONDITION_IF_NEWER,
            update_notetypes=IMPORT_ANKI_PACKAGE_UPDATE_CONDITION_IF_NEWER,
            with_scheduling=with_history,
            with_deck_configs=False,
        )
        request = ImportAnkiPackageRequest(package_path=str(package), options=options)
        log = self.collection.import_anki_package(request).log
        return Log(len(log.new), len(log.updated), len(log.duplicate), len(log.conflicting))

    def cards(self, note_id: str) -> list[Card]:
        """Return the cards of one of our notes, in the order of their templates."""
        cards = [self.collection.get_card(i) for i in self.collection.find_cards(f"Id:{note_id}")]
        return sorted(cards, key=lambda card: card.ord)

    def sides(self, note_id: str) -> list[tuple[str, str]]:
        """Return question and answer of the note's cards, rendered by the client, without the style."""
        return [(_body(card.question()), _body(card.answer())) for card in self.cards(note_id)]

    def check(self, *, has_answered: bool = False) -> None:
        """Fail where the client's check of its database finds anything to mend, or a card without a front.

        With `has_answered` the client has answered cards itself: it notes an answer's second on the card
        a moment before its row in the log, and mends that where a second ended between the two.
        """
        report, _ = self.collection.fix_integrity()
        found = report.splitlines()
        if has_answered:
            found = [line for line in found if not line.startswith("Added last review time")]
        assert found == ["Database rebuilt and optimized."]
        assert not self.collection.get_empty_cards().notes


def _body(html: str) -> str:
    return html.rpartition("</style>")[2]
