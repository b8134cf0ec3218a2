"""Taking decks along to other programs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from quizzer.core.card import cards_of
from quizzer.core.deck import Deck
from quizzer.errors import ExportError, UsageError
from quizzer.exchange.anki.identity import guid_of
from quizzer.exchange.anki.katas import KATA_DECK, KataPage, to_kata_notes
from quizzer.exchange.anki.media import Media
from quizzer.exchange.anki.notes import AnkiNote, to_anki_decks, to_anki_notes
from quizzer.exchange.anki.package import Collection, pack
from quizzer.exchange.anki.rendering import Part, PartRenderer, Rendered, parts_of
from quizzer.services.collector import pausing_collector
from quizzer.services.export_media import DeckMedia
from quizzer.services.kata_pages import read_pages
from quizzer.services.package_file import check_target, write_target
from quizzer.services.rendered_store import CachedRenderings
from quizzer.services.rendering_ahead import SharedStore
from quizzer.services.selection import Selection, make_filter
from quizzer.services.workspace import Workspace
from quizzer.storage.exports import ExportedNote, read_exported, write_exported

if TYPE_CHECKING:
    from quizzer.services.export_history import History

Progress = Callable[[int, int], None]
"""Is told how many notes of how many are ready."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export wrote; `new` and `changed` count notes since the last export that held them.

    `notes` counts katas too. `turned` are the ids of notes that were exported as a question and have become
    a cloze, or the other way round: Anki has them twice now. `warnings` are sentences on files that
    notes show and that are not in the package, `faulty_katas` slugs.
    """

    file: Path
    notes: int
    cards: int
    decks: int
    new: int
    changed: int
    turned: tuple[str, ...] = ()
    katas: int = 0
    media: int = 0
    reviews: int = 0
    scheduler: str = ""
    warnings: tuple[str, ...] = ()
    faulty_katas: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExportPlan:
    """What is to be exported: notes, katas (None: with the whole), and whether their history goes along."""

    selection: Selection = field(default_factory=Selection)
    katas: bool | None = None
    with_history: bool = False


def export_anki(
    workspace: Workspace, file: Path, plan: ExportPlan, progress: Progress = lambda done, of: None
) -> Exported:
    """Write what `plan` chooses to a package for Anki.

    Raises:
        ContentError: If a deck does not exist.
        UsageError: If no note is chosen, or `file` is no place for a package.
        ExportError: If the package cannot be written; what was there is untouched.
    """
    check_target(file)
    try:
        temporary = TemporaryDirectory(prefix="quizzer-", ignore_cleanup_errors=True)
    except OSError as error:
        raise ExportError(
            f"no folder for temporary files can be made ({error.strerror}). Name another place with TMPDIR."
        ) from error
    with temporary as folder, pausing_collector():
        return _Export(workspace, file, plan, Path(folder)).run(progress)


@dataclass(frozen=True, slots=True)
class _Written:
    """What counting needs of a note after it was written."""

    note_id: str
    guid: str
    oldest_id: str
    is_cloze: bool

    @property
    def other_guid(self) -> str:
        """The GUID that it had before it became a cloze, or ceased to be one."""
        return guid_of(self.oldest_id, is_cloze=not self.is_cloze)


class _Export:
    """One export. Notes are rendered before the database is held, and written one by one."""

    def __init__(self, workspace: Workspace, file: Path, plan: ExportPlan, folder: Path) -> None:
        self._workspace = workspace
        self._file = file
        self._plan = plan
        self._collection_file = folder / "collection.anki2"
        self._deck_media = DeckMedia(workspace.library)
        self._media = Media(self._deck_media.read)
        self._now = workspace.now()
        self._known: dict[str, ExportedNote] = {}
        self._current: dict[str, ExportedNote] = {}
        self._notes: list[_Written] = []
        self._decks: set[int] = set()
        self._cards = 0

    def run(self, progress: Progress) -> Exported:
        """Write the package and remember what it holds."""
        workspace, plan = self._workspace, self._plan
        decks = workspace.library.decks
        chosen = _choose(workspace, plan.selection)
        with_katas = not plan.selection if plan.katas is None else plan.katas
        roots = workspace.content.roots
        pages, faulty = read_pages(roots, plan.selection.levels) if with_katas else ([], [])
        if not chosen and not pages:
            raise UsageError("there is no note to export yet: 'quizzer deck new NAME' starts a deck.")
        total = len(chosen) + len(pages)
        with self._workspace.database.peeking() as run:
            self._known = read_exported(run)
        with Collection(self._collection_file) as collection:
            with self._history() as history, self._rendering(chosen, pages) as notes:
                self._add(collection, _counted(notes, total, progress), history)
            self._commit(collection, decks)
        known, current = self._known, self._current
        return Exported(
            self._file,
            notes=len(self._notes),
            cards=self._cards,
            decks=len(self._decks),
            new=sum(note.guid not in known for note in self._notes),
            changed=sum(
                note.guid in known and known[note.guid] != current[note.guid] for note in self._notes
            ),
            turned=tuple(n.note_id for n in self._notes if n.guid not in known and n.other_guid in known),
            katas=len(pages),
            media=len(self._media.files),
            reviews=history.reviews if history else 0,
            scheduler=history.scheduler if history else "",
            warnings=tuple(self._deck_media.warnings),
            faulty_katas=tuple(faulty),
        )

    @contextmanager
    def _rendering(self, chosen: Iterable[str], pages: Iterable[KataPage]) -> Iterator[Iterator[AnkiNote]]:
        """Give all notes, each rendered when it is asked for."""
        wanted = frozenset(chosen)
        library = self._workspace.library
        topics = {topic.id: topic.title for area in library.syllabus.areas for topic in area.topics}
        store = CachedRenderings(self._workspace.content.cache_dir)

        def render_ahead(part: Part) -> Iterator[Rendered]:
            renderer = PartRenderer(part, topics, self._media, store)
            yield from (renderer.render(note) for note in part.notes if note.id in wanted)
            renderer.close()

        parts = [part for deck in library.decks for part in parts_of(deck)]
        asked = [part for part in parts if any(note.id in wanted for note in part.notes)]
        with SharedStore(store, asked, render_ahead) as shared:
            notes = to_anki_notes(library.decks, topics, wanted, self._media, shared)
            yield chain(notes, to_kata_notes(pages, topics, store))

    def _history(self) -> AbstractContextManager[History | None]:
        if not self._plan.with_history:
            return nullcontext()
        from quizzer.services.export_history import open_history  # the log is read only where it is asked for

        return open_history(self._workspace)

    def _add(self, collection: Collection, notes: Iterator[AnkiNote], history: History | None) -> None:
        if history is not None:
            collection.set_creation(history.collected)
        for note in notes:
            schedules = history.schedules(note) if history else None
            dated = _date(note.content_hash, self._known.get(note.guid), self._now)
            self._current[note.guid] = dated
            card_ids = collection.add(note, dated.changed_at, schedules)
            if history is not None:
                collection.add_reviews(history.review_rows(note, card_ids))
            self._notes.append(_written(note))
            self._decks.add(note.deck_id)
            self._cards += len(card_ids)

    def _commit(self, collection: Collection, decks: Sequence[Deck]) -> None:
        """Put the file in its place and remember when its notes changed.

        The lock is held from reading to committing, so that two exports at once agree on when a note
        changed. The table is committed after the file has its place. Should that fail, the next export
        dates the same changes a little later, and Anki updates those notes once more: nothing is lost.
        A change that is in the table is always in a file, or older than what the next file says.
        Where nothing has changed there is nothing to agree on, and no lock is taken.
        """
        if not self._changed():
            self._put(collection, decks)
            return
        with self._workspace.database.writing_plainly() as connection:
            self._date_again(collection, read_exported(connection.execute))
            self._put(collection, decks)
            write_exported(connection, self._changed())

    def _changed(self) -> dict[str, ExportedNote]:
        return {guid: note for guid, note in self._current.items() if self._known.get(guid) != note}

    def _date_again(self, collection: Collection, known: dict[str, ExportedNote]) -> None:
        """Date the notes by what another export has come to know in the meantime."""
        if known == self._known:
            return
        current = {
            guid: _date(note.content_hash, known.get(guid), self._now) for guid, note in self._current.items()
        }
        moved = {guid: note.changed_at for guid, note in current.items() if note != self._current[guid]}
        collection.date(moved)
        self._known, self._current = known, current

    def _put(self, collection: Collection, decks: Sequence[Deck]) -> None:
        collection.close_with(to_anki_decks((*decks, KATA_DECK)))
        media = self._deck_media.read_all(self._media.files)
        write_target(self._file, lambda file: pack(file, self._collection_file, media))


def _written(note: AnkiNote) -> _Written:
    return _Written(note.note_id, note.guid, note.oldest_id, note.is_cloze)


def _choose(workspace: Workspace, selection: Selection) -> list[str]:
    decks = workspace.library.decks
    if not selection:
        return [note.id for deck in decks for note in deck.notes]
    fits = make_filter(selection, workspace.library)
    return [
        note.id for deck in decks for note in deck.notes if any(fits(card.key) for card in cards_of(note))
    ]


def _counted(notes: Iterator[AnkiNote], total: int, progress: Progress) -> Iterator[AnkiNote]:
    for number, note in enumerate(notes, 1):
        yield note
        progress(number, total)


def _date(content_hash: str, before: ExportedNote | None, now: datetime) -> ExportedNote:
    """Return when a note last changed; one that is as it was keeps its date."""
    if before and before.content_hash == content_hash:
        return before
    # Anki compares whole seconds; a clock that was set back must not hide a change.
    changed_at = now.replace(microsecond=0)
    if before:
        changed_at = max(changed_at, before.changed_at + timedelta(seconds=1))
    return ExportedNote(content_hash, changed_at)
