"""Taking in what a foreign file holds: first a plan, which writes nothing, then the import itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from quizzer.content.library import keep_parsed
from quizzer.exchange.incoming import Incoming, Refused
from quizzer.markup.media_links import FOLDER
from quizzer.services.backup import back_up
from quizzer.services.collector import pausing_collector
from quizzer.services.import_begun import Begun, find_begun, source_of
from quizzer.services.import_files import FileWriter, imports_folder, kept_folder
from quizzer.services.import_history import holds_still, weigh_history
from quizzer.services.import_layout import WRITTEN, lay_out
from quizzer.services.import_media import MediaNames
from quizzer.services.import_notes import Decision, NoteDecider, check_notes
from quizzer.services.import_plan import HistoryCount, Imported, ImportPlan, PlannedFile, PlannedNote
from quizzer.services.import_taken import History
from quizzer.services.import_targets import Targets
from quizzer.services.workspace import Workspace
from quizzer.storage.instant import to_milliseconds
from quizzer.storage.runner import Runner

Tell = Callable[[str], None]
"""Told in a few words what is being done."""


def tell_nobody(what: str) -> None:
    """Tell nobody."""


@pausing_collector()
def plan_import(
    workspace: Workspace,
    incoming: Incoming,
    *,
    deck: str | None = None,
    with_history: bool = False,
    overwrite: bool = False,
    tell: Tell = tell_nobody,
) -> ImportPlan:
    """Return what an import of `incoming` would do; nothing is written.

    New notes go into the deck `deck`, or into one for each deck of the source. With `overwrite` a note
    that both the learner and the source have changed becomes the source's.

    Raises:
        ContentError: If `deck` cannot be the name of a deck.
    """
    folder = workspace.content.roots.learner_decks
    targets = Targets(workspace.library, folder, incoming, deck)
    media = MediaNames(folder / FOLDER, incoming.media)
    tell("comparing notes")
    arriving = frozenset(note.note.id for note in incoming.notes)
    decider = NoteDecider(workspace.library, overwrite=overwrite, arriving=arriving)
    found = [decider.decide(note, media.place(note, decider.mine(note.note.id))) for note in incoming.notes]
    tell("laying out decks")
    files, placed, unsound = _lay_out(workspace, targets, [d for d in found if isinstance(d, Decision)])
    refused = [item for item in (*found, *unsound, *placed) if isinstance(item, Refused)]
    notes = tuple(item for item in placed if isinstance(item, PlannedNote))
    weighed = _foresee(workspace, incoming, notes, tell) if with_history else None
    history = None if weighed is None else weighed.count
    wanted = [name for planned in notes if planned.fate in WRITTEN for name in planned.incoming.media]
    files_of_media = media.wanted(wanted)
    return ImportPlan(
        incoming=incoming,
        notes=notes,
        refused=(*incoming.refused, *refused),
        remarks=(
            *(*incoming.remarks, *decider.remarks(), *media.refused.values()),
            *(() if history is None else history.refused),
        ),
        history=history,
        files=files,
        media=files_of_media,
        missing_media=tuple(sorted(media.missing & {*wanted})),
        weighed=weighed,
    )


@pausing_collector()
def apply_import(workspace: Workspace, plan: ImportPlan, tell: Tell = tell_nobody) -> Imported:
    """Do what the plan says: deck files all or none, then the history in one transaction.

    Raises:
        UsageError: If a deck file was changed since the plan was made.
        WorkspaceError: If a file cannot be written.
    """
    if plan.is_empty:
        missing = plan.missing_media
        return Imported(plan.counts, (*plan.refused, *plan.remarks), (), missing, history=plan.history)
    folder = workspace.content.roots.learner_decks
    begun = _begun_before(workspace, plan.incoming)
    kept = begun.folder if begun else _new_folder(workspace, plan.incoming.origin)
    has_files = bool(plan.files or plan.media or begun)
    backup = None
    if plan.history is not None:
        tell("backing the database up")
        backup = back_up(places=workspace.places)
    writer = FileWriter(folder, kept, begun)
    try:
        if has_files:
            tell("writing decks")
            _write_files(workspace, writer, plan, folder)
            workspace.reload()
        tell("writing the history")
        history = _write_log(workspace, plan, kept.name if has_files else "")
    except BaseException:
        writer.put_back()
        workspace.reload()
        raise
    writer.finish()
    return Imported(
        counts=plan.counts,
        refused=(*plan.refused, *plan.remarks),
        files=tuple(file.path for file in plan.files),
        missing_media=plan.missing_media,
        media=len(plan.media),
        history=history,
        kept=kept if any(file.before is not None for file in plan.files) else None,
        backup=backup,
        has_changed=True,
    )


def _begun_before(workspace: Workspace, incoming: Incoming) -> Begun | None:
    """Return the import of the same source that was ended before its log was written; None without."""
    with workspace.database.peeking() as run:
        begun = find_begun(run, imports_folder(workspace.places.workspace))
    return begun if begun and begun.source == source_of(incoming) else None


def _new_folder(workspace: Workspace, origin: str) -> Path:
    return kept_folder(workspace.places.workspace, workspace.now(), origin)


def _write_files(workspace: Workspace, writer: FileWriter, plan: ImportPlan, folder: Path) -> None:
    reads = {name: plan.incoming.media[old] for name, old in plan.media.items()}
    writer.write_media(folder / FOLDER, reads)
    facts = {
        "origin": plan.incoming.origin,
        "source": source_of(plan.incoming),
        "happened_at": to_milliseconds(workspace.now()),
    }
    writer.write_decks(plan.files, facts)
    for file in plan.files:
        keep_parsed(workspace.content.cache_dir, file.path, file.data, file.parsed)


def _lay_out(
    workspace: Workspace, targets: Targets, decisions: Sequence[Decision]
) -> tuple[tuple[PlannedFile, ...], list[PlannedNote | Refused], list[Refused]]:
    """Return the files as they will be, where each note stands in them, and notes that no file can hold.

    A note that would not be read as it is has all of its file refused: only then each is looked at.
    """
    files, placed = lay_out(workspace, targets, decisions)
    if not any(isinstance(item, Refused) for item in placed):
        return files, placed, []
    checked = list(check_notes(decisions))
    unsound = [item for item in checked if isinstance(item, Refused)]
    if unsound:
        files, placed = lay_out(workspace, targets, [item for item in checked if isinstance(item, Decision)])
    return files, placed, unsound


def _foresee(workspace: Workspace, incoming: Incoming, notes: Iterable[PlannedNote], tell: Tell) -> History:
    tell("comparing histories")
    with workspace.database.peeking() as run:
        return _weigh(workspace, run, incoming, notes)


def _weigh(workspace: Workspace, run: Runner, incoming: Incoming, notes: Iterable[PlannedNote]) -> History:
    regime = workspace.regime(run)
    return weigh_history(run, workspace.calendar, regime, incoming, notes, workspace.now())


def _write_log(workspace: Workspace, plan: ImportPlan, kept: str) -> HistoryCount | None:
    """Write the history, if it comes, and the mark by which the import can be taken back."""
    from quizzer.services.import_log import PreparedLog, prepare_log, write_log

    def prepare(run: Runner) -> tuple[HistoryCount, PreparedLog]:
        history = plan.weighed or History()
        if plan.weighed is not None and not holds_still(run, plan.weighed, workspace.regime(run)):
            history = _weigh(workspace, run, plan.incoming, plan.notes)
        return history.count, prepare_log(workspace, run, history, plan.incoming.origin, kept)

    with workspace.database.writing_prepared(prepare) as (connection, (counted, prepared)):
        write_log(connection, prepared)
    return None if plan.history is None else counted
